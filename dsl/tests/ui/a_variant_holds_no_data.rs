toasty_dsl::toasty! {
    pub enum Role {
        Admin(u64),
        Member,
    }
}

fn main() {}
