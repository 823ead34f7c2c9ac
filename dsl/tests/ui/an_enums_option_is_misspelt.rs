toasty_dsl::toasty! {
    pub enum Role [nativ("role")] {
        Admin,
        Member,
    }
}

fn main() {}
