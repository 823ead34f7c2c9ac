toasty_dsl::toasty! {
    pub enum Role {
        Admin,
        Member [rename("Admin")],
    }
}

fn main() {}
