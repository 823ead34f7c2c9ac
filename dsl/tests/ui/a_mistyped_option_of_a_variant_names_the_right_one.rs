toasty_dsl::toasty! {
    pub enum Role {
        Admin [renam("admin")],
        Member,
    }
}

fn main() {}
