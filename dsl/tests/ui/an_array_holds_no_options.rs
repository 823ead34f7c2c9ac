toasty_dsl::toasty! {
    pub model Post {
        id: u64 [key, auto],
        tags: Vec<Option<String>>,
    }
}

fn main() {}
