use toasty_dsl::query::Batch;

toasty_dsl::toasty! {
    pub model User { id: u64 [key, auto], name: String }
}

fn main() {
    let row = User { id: 1, name: String::new() };
    let _ = Batch::new((User::all(), row));
}
