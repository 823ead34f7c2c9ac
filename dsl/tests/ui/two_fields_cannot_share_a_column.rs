toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        name: String,
        nick: String [column("name")],
    }
}

fn main() {}
