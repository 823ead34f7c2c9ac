toasty_dsl::toasty! {
    pub enum Role {
        Admin [rename(admin)],
        Member,
    }
}

fn main() {}
