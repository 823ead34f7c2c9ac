use toasty_dsl::{create, toasty};

toasty! {
    pub model Word [index(key, index)] {
        key: u64 [key, auto],
        index: i32 [index],
        unique: String [unique],
        on: bool,
        value: i32,
        values: i32,
        row: i32,
        field: i32,
        fields: i32,
        model: i32,
        now: i32 = 5,
        self_: i32 = { let value = 3; value },
        u64: u64,
        string: String,
        uuid: uuid::Uuid [auto],
        jiff: jiff::Timestamp [on_create(now())],
        f: i32,
        core: i32,
        std: i32,
        id: i32,
        set: i32,
        to: i32,
        push: i32,
    }
}

fn main() {
    let value = 1;
    let _ = create!(Word { index: 1, unique: "x", on: true, value, values: value + 1, row: 1, field: 1, fields: 1, model: 1, u64: 1u64, string: "", f: 1, core: 1, std: 1, id: 1, set: 1, to: 1, push: 1 });
    let _ = Word::find_by_key_and_index(1u64, 2);
    let _ = Word::update_by_key(1u64).set(2).to(3).assign(|word| (word.set.to(word.to), word.push.to(word.push + 1)));
    let _ = Word::filter(|word| word.key.eq(1u64) & word.index.eq(2) & word.unique.eq("x"));
}
