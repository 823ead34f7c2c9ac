use std::collections::HashMap;
use toasty_dsl::{BelongsTo, HasMany, HasOne, Json, create, toasty};

toasty! {
    #[derive(Clone, serde::Serialize)]
    pub model Everything {
        id: uuid::Uuid [key, auto],
        a: bool, b: i8, c: i16, d: i32, e: i64, f: u8, g: u16, h: u32, i: u64, j: f32, k: f64, l: String, m: Vec<u8>,
        n: uuid::Uuid, o: jiff::Timestamp, p: jiff::civil::Date, q: jiff::civil::Time, r: jiff::civil::DateTime,
        s: rust_decimal::Decimal, t: serde_json::Value, u: Json<Vec<Option<HashMap<String, (i32, Vec<bool>)>>>>, v: Color, w: Name,
        oa: Option<bool>, ob: Option<i8>, oc: Option<i16>, od: Option<i32>, oe: Option<i64>, of: Option<u8>, og: Option<u16>,
        oh: Option<u32>, oi: Option<u64>, oj: Option<f32>, ok: Option<f64>, ol: Option<String>, om: Option<Vec<u8>>,
        on: Option<uuid::Uuid>, oo: Option<jiff::Timestamp>, op: Option<jiff::civil::Date>, oq: Option<jiff::civil::Time>,
        or: Option<jiff::civil::DateTime>, os: Option<rust_decimal::Decimal>, ot: Option<serde_json::Value>,
        ou: Option<Json<Vec<Option<i32>>>>, ov: Option<Color>, ow: Option<Name>,
        parent_id: Option<uuid::Uuid> [index],
        parent: Option<BelongsTo<Everything>>,
        owner_id: u64 [unique],
        owner: BelongsTo<Owner>,
        children: HasMany<Everything>,
    }
    #[derive(Clone, serde::Serialize)]
    pub model Owner { id: u64 [key, auto], everything: HasOne<Everything> }
    #[derive(serde::Serialize)]
    pub enum Color { Red, Blue }
    #[derive(Clone, serde::Serialize)]
    pub embed Name { String }
}

fn main() {
    let _ = create!(Everything {
        a: true, b: 1i8, c: 1i16, d: 1, e: 1i64, f: 1u8, g: 1u16, h: 1u32, i: 1u64, j: 1f32, k: 1.0, l: "x", m: b"x",
        n: uuid::Uuid::nil(), o: jiff::Timestamp::UNIX_EPOCH, p: jiff::civil::date(2024, 1, 1), q: jiff::civil::time(1, 2, 3, 0),
        r: jiff::civil::date(2024, 1, 1).at(1, 2, 3, 0), s: rust_decimal::Decimal::ONE, t: serde_json::Value::Null,
        u: Json(vec![None]), v: Color::Red, w: Name("x".into()),
        oa: true, od: Some(1), ol: None, om: vec![1u8], ov: Color::Blue, ow: Some(Name("y".into())), ou: Json(vec![Some(1)]),
        owner: {},
    });
    let _ = Everything::filter(|e| {
        e.a.eq(true) & e.oa.eq(false) & e.ol.eq("x") & e.ol.contains("x") & e.v.eq(Color::Red) & e.ov.is_null() & e.w.ne(Name("z".into()))
            & e.d.between(1, 5) & e.od.in_list([1, 2]) & e.oo.lt(jiff::Timestamp::UNIX_EPOCH) & e.parent.is(|parent| parent.a.eq(true))
            & e.owner.is(|owner| owner.everything.is_none()) & e.children.none(|child| child.d.gt(1))
    });
}
