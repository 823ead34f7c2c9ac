toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        home: Vec<usize>,
    }
}

fn main() {}
