use toasty_dsl::BelongsTo;

toasty_dsl::toasty! {
    pub model Line [key(order, number)] {
        order: u64,
        number: u64,
    }
    pub model Note {
        id: u64 [key, auto],
        order: u64,
        line: BelongsTo<Line> [on(order)],
    }
}

fn main() {}
