toasty_dsl::toasty! {
    pub model Todo [key(user_id, titel)] {
        id: u64,
        user_id: u64,
        title: String,
    }
}

fn main() {}
