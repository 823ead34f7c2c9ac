toasty_dsl::toasty! {
    pub embed Tags { Vec<usize> }
}

fn main() {}
