toasty_dsl::toasty! {
    pub model User [tabel("users")] {
        id: u64 [key, auto],
    }
}

fn main() {}
