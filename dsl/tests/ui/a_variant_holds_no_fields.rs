toasty_dsl::toasty! {
    pub enum Role {
        Admin { since: u64 },
        Member,
    }
}

fn main() {}
