toasty_dsl::toasty! {
    pub modl User {
        id: u64 [key, auto],
    }
}

fn main() {}
