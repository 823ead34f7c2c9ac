toasty_dsl::toasty! {
    pub model User { id: u64 [key, auto], name: String }
}

fn main() {
    let _ = User::delete_many([1u64, 2, 3]);
}
