toasty_dsl::toasty! {
    pub model Line [key(order, number)] {
        order: u64,
        number: u32,
        sku: String [index],
    }
}

fn main() {
    let _ = Line::find_by_order_and_number(1u64);
}
