toasty_dsl::toasty! {
    pub embed Tags { Vec<String> }
}

fn main() {}
