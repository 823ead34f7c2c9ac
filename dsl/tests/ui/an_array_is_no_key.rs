toasty_dsl::toasty! {
    pub model Post {
        id: u64 [key, auto],
        tags: Vec<String> [index],
    }
}

fn main() {}
