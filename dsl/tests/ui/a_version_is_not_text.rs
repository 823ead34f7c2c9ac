toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        version: String [version],
    }
}

fn main() {}
