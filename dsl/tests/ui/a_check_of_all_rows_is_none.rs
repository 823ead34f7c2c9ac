toasty_dsl::toasty! {
    pub model Account { id: u64 [key, auto], balance: i64 }
}

fn main() {
    let _ = Account::all().check();
}
