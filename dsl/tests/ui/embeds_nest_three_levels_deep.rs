toasty_dsl::toasty! {
    pub model User {
        id: u64 [key, auto],
        a: A,
    }
    pub embed A { b: B }
    pub embed B { c: C }
    pub embed C { d: D }
    pub embed D { text: String, more: String }
}

fn main() {}
