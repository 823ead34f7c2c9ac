toasty_dsl::toasty! {
    pub embed Address {
        lines: Vec<String>,
    }
}

fn main() {}
