toasty_dsl::toasty! {
    pub model Todo [index(user_id, titel)] {
        id: u64 [key, auto],
        user_id: u64,
        title: String,
    }
}

fn main() {}
