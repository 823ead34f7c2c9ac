toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        first: u64 [version],
        second: u64 [version],
    }
}

fn main() {}
