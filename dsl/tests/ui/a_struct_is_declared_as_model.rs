toasty_dsl::toasty! {
    pub struct User {
        id: u64 [key, auto],
    }
}

fn main() {}
