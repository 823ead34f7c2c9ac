use toasty_dsl::field::Model;
use toasty_dsl::{BelongsTo, HasMany, create, toasty};

toasty! {
    pub model Part [unique(r#type, r#match), index(r#match, name)] {
        id: u64 [key, auto],
        r#type: String [unique],
        r#match: i32 [index] = 1,
        name: String,
        r#loop: HasMany<r#Use> [pair(r#fn)],
    }
    pub model r#Use { id: u64 [key, auto], fn_id: u64 [index], r#fn: BelongsTo<Part> [on(fn_id)] }
    pub enum Kind { r#Box, Crate }
    pub embed Place { r#where: String }
}

fn main() {
    let _ = create!(Part { r#type: "x", name: "y", r#loop: [{}] });
    let r#type = "x";
    let _ = create!(Part { r#type, name: "y" });
    let _ = Part::filter(|part| part.r#type.eq("x") & part.r#loop.any(|one| one.r#fn.is(|part| part.r#match.eq(1))));
    let _ = Part::find_by_type_and_match("x", 1);
    let _ = Part::find_by_type("x");
    assert_eq!(Part::DEF.columns[1].name(), "type");
}
