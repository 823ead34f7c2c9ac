toasty_dsl::toasty! {
    pub enum Role {
        Admin
        Member,
    }
}

fn main() {}
