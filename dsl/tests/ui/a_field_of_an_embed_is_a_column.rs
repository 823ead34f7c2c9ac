toasty_dsl::toasty! {
    pub embed Address {
        lines: Vec<usize>,
    }
}

fn main() {}
