toasty_dsl::toasty! {
    pub enum Role {
        Admin = "admin",
        Member,
    }
}

fn main() {}
