toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        email: String [unique, column("mail") index],
    }
}

fn main() {}
