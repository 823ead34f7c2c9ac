toasty_dsl::toasty! {
    pub model User {
        id: u32 [key, auto],
    }
}

fn main() {}
