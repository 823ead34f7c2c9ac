toasty_dsl::toasty! {
    pub enum Role [table("roles")] {
        Admin,
        Member,
    }
}

fn main() {}
