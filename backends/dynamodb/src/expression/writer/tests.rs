//! Expressions, word by word.

use super::*;
use toasty_dsl::{Filter, Model};

toasty_dsl::toasty! {
    model Dish {
        id: u64 [key],
        name: String,
        note: Option<String>,
        price: Option<i64>,
        cost: i64,
        hot: bool,
        cold: bool [index],
    }
}

fn text(filter: Filter<Dish>) -> String {
    written(filter).unwrap().0
}

fn written(filter: Filter<Dish>) -> Result<(String, Placeholders)> {
    let layout = Layout::new(Dish::DEF, "")?;
    let (expr, params) = filter.into_parts();
    let condition = Condition::new(Dish::DEF, &expr, 0)?;
    assert!(is_native(&layout, &condition));
    let mut writer = Writer::new(&layout, Some(params.values()));
    let text = writer.all(condition.parts())?;
    Ok((text, writer.placeholders))
}

fn native(filter: Filter<Dish>) -> bool {
    let layout = Layout::new(Dish::DEF, "").unwrap();
    let condition = Condition::new(Dish::DEF, filter.expr(), 0).unwrap();
    is_native(&layout, &condition)
}

#[test]
fn names_and_values_stand_beside_the_text() {
    let (text, placeholders) =
        written(Dish::FIELDS.name.eq("; DROP") & Dish::FIELDS.name.ne("x")).unwrap();
    assert_eq!(text, "#n0 = :v0 AND #n0 <> :v1");
    let (names, values) = placeholders.into_maps();
    assert_eq!(names.unwrap()["#n0"], "name");
    assert_eq!(values.unwrap()[":v0"], AttributeValue::S("; DROP".into()));
}

#[test]
fn an_inequality_of_a_column_that_may_be_null_is_guarded() {
    let dish = Dish::FIELDS;
    assert_eq!(text(dish.cost.ne(1)), "#n0 <> :v0");
    assert_eq!(
        text(dish.price.ne(1)),
        "attribute_type(#n0, :v0) AND #n0 <> :v1"
    );
    assert_eq!(
        text(!dish.price.eq(1)),
        "attribute_type(#n0, :v0) AND #n0 <> :v1"
    );
    assert_eq!(text(dish.price.lt(1)), "#n0 < :v0");
    assert_eq!(
        text(dish.note.not_in_list(["a"])),
        "attribute_type(#n0, :v0) AND NOT #n0 IN (:v1)"
    );
    assert_eq!(
        text(!dish.note.contains("a")),
        "attribute_type(#n0, :v0) AND NOT contains(#n0, :v1)"
    );
    assert_eq!(
        text(dish.cost.lt(dish.price)),
        "attribute_type(#n0, :v0) AND #n1 < #n0"
    );
}

#[test]
fn null_is_a_missing_attribute_or_one_of_type_null() {
    let note = Dish::FIELDS.note;
    assert_eq!(
        text(note.is_null()),
        "attribute_not_exists(#n0) OR attribute_type(#n0, :v0)"
    );
    assert_eq!(
        text(note.is_null() & note.is_not_null()),
        "(attribute_not_exists(#n0) OR attribute_type(#n0, :v0)) AND attribute_exists(#n0) AND NOT attribute_type(#n0, :v1)"
    );
}

#[test]
fn brackets_stand_only_where_they_change_something() {
    let dish = Dish::FIELDS;
    assert_eq!(
        text((dish.cost.eq(1) | dish.cost.eq(2) & dish.name.eq("a")) & dish.hot.eq(true)),
        "(#n0 = :v0 OR #n0 = :v1 AND #n1 = :v2) AND #n2 = :v3"
    );
    assert_eq!(
        text(dish.cost.eq(1) | dish.cost.eq(2)),
        "#n0 = :v0 OR #n0 = :v1"
    );
}

#[test]
fn lists_are_cut_to_what_dynamodb_takes() {
    let (dish, long) = (Dish::FIELDS, 0..150);
    let both = text(dish.cost.in_list(long.clone()) & dish.hot.eq(true));
    assert!(both.starts_with("(#n0 IN (:v0, ") && both.contains(":v99) OR #n0 IN (:v100, "));
    assert!(both.ends_with(":v149)) AND #n1 = :v150"));
    assert!(text(dish.cost.not_in_list(long)).starts_with("NOT (#n0 IN ("));
}

#[test]
fn bounds_the_wrong_way_round_are_two_comparisons() {
    let cost = Dish::FIELDS.cost;
    assert_eq!(text(cost.between(1, 2)), "#n0 BETWEEN :v0 AND :v1");
    assert_eq!(text(cost.between(2, 1)), "#n0 >= :v0 AND #n0 <= :v1");
}

#[test]
fn what_dynamodb_cannot_say_is_known_by_its_shape() {
    let dish = Dish::FIELDS;
    assert!(!native(dish.name.like("a%")));
    assert!(!native(dish.name.ends_with("a")));
    assert!(!native(dish.name.eq_ignore_case("a")));
    assert!(!native(dish.hot.gt(false)), "a BOOL is in no order");
    assert!(native(dish.cold.gt(false)), "in an index it is a number");
    assert!(!native(dish.hot.eq(dish.cold)));
    assert!(
        !native(dish.cost.eq(dish.cost)),
        "DynamoDB compares no attribute with itself"
    );
    assert!(native(dish.name.starts_with("a") | dish.price.is_null()));
}

#[test]
fn what_is_too_long_is_refused() {
    let cost = Dish::FIELDS.cost;
    let operators = (0..200).fold(Filter::never(), |any, x| any | cost.eq(x));
    assert_eq!(
        written(operators).map(|_| ()).unwrap_err().kind(),
        ErrorKind::TooComplex
    );
    let bytes = written(cost.in_list(0..1_000)).map(|_| ());
    assert_eq!(bytes.unwrap_err().kind(), ErrorKind::TooComplex);
}

#[test]
fn a_value_that_cannot_be_a_number_is_refused_naming_its_field() {
    toasty_dsl::toasty! { model Scale { id: u64 [key], weight: f64 } }
    let layout = Layout::new(Scale::DEF, "").unwrap();
    let (expr, params) = Scale::FIELDS.weight.lt(f64::INFINITY).into_parts();
    let condition = Condition::new(Scale::DEF, &expr, 0).unwrap();
    let error = Writer::new(&layout, Some(params.values()))
        .condition(&condition)
        .unwrap_err();
    assert_eq!(
        (error.model(), error.fields()),
        (Some("Scale"), &["weight".to_owned()][..])
    );
}
