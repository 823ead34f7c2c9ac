use toasty_dsl::HasOne;

toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        profile: HasOne<Profile>,
    }
    pub model Profile {
        id: u64 [key, auto],
        user_id: u64 [unique],
    }
}

fn main() {}
