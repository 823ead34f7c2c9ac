use toasty_dsl::{BelongsTo, HasMany, create, toasty};

toasty! {
    pub model Order [key(shop, number)] {
        shop: Shop,
        number: u64,
        ship_to: Address,
        bill_to: Address [column("bill")],
        lines: HasMany<Line>,
    }
    pub model Line [key(shop, order_number, position), unique(shop, sku), index(position, sku)] {
        shop: Shop,
        order_number: u64,
        position: u32,
        order: BelongsTo<Order> [on(shop, order_number)],
        sku: Sku [index],
        price: Money,
    }
    #[derive(Clone)]
    pub embed Address { street: String, place: Place, note: Option<String> [sensitive] }
    #[derive(Clone)]
    pub embed Place { city: String [column("town")], spot: Spot }
    #[derive(Clone)]
    pub embed Spot { lat: f64, lon: f64 }
    #[derive(Clone, PartialEq)]
    pub embed Money { cents: i64, currency: Currency }
    #[derive(Clone, PartialEq)]
    pub embed Sku { String }
    #[derive(Clone, Copy, PartialEq)]
    pub embed Shop { u64 }
    pub enum Currency { Euro [rename("EUR")], Dollar [rename("USD")] }
}

fn main() {
    let address = Address { street: "x".into(), place: Place { city: "y".into(), spot: Spot { lat: 1.0, lon: 2.0 } }, note: None };
    let price = Money { cents: 100, currency: Currency::Euro };
    let _ = create!(Order {
        shop: Shop(1), number: 5u64, ship_to: &address, bill_to: address.clone(),
        lines: [{ position: 1u32, sku: Sku("a".into()), price: &price }],
    });
    let _ = Order::find_by_shop_and_number(Shop(1), 5u64);
    let _ = Line::find_by_shop_and_order_number_and_position(Shop(1), 5u64, 1u32);
    let _ = Line::find_by_shop_and_sku(Shop(1), Sku("a".into()));
    let _ = Order::filter(|order| order.ship_to.place.spot.lat.lt(1.0) & order.lines.any(|line| line.price.currency.eq(Currency::Euro)));
    let _ = Order::filter(|order| order.bill_to.place.city.eq(order.ship_to.place.city));
}
