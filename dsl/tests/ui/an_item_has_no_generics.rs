toasty_dsl::toasty! {
    pub model User<T> {
        id: u64 [key, auto],
        data: T,
    }
}

fn main() {}
