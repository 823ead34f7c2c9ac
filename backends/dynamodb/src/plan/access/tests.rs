//! Which request a condition becomes.

use super::*;
use toasty_dsl::{Filter, Model, Query, Statement};

toasty_dsl::toasty! {
    model Post [index(author, written), index(author, pinned), unique(site, slug)] {
        id: u64 [key],
        author: u64,
        written: i64,
        pinned: Option<i64>,
        site: u64,
        slug: String,
        mail: Option<String> [unique],
        state: String [index],
        text: String,
    }

    model Seat [key(hall, number)] { hall: u64, number: i64, guest: Option<u64> [index], row: i64 }
}

fn planned<M: Model, S>(query: Query<M, S>, scans: Scans) -> Result<ReadPlan> {
    let layout = Layout::new(M::DEF, "")?;
    match query.statement()?.0 {
        Statement::Select(select) => ReadPlan::for_select(&layout, &select, scans),
        other => panic!("{other:?}"),
    }
}

fn plan_of<M: Model, S>(query: Query<M, S>) -> ReadPlan {
    planned(query, Scans::Deny).unwrap()
}

/// The access in one word, with the index of a query.
fn access<M: Model, S>(query: Query<M, S>) -> String {
    match plan_of(query).access {
        Access::Nothing => "nothing".into(),
        Access::Get(_) => "get".into(),
        Access::BatchGet(_) => "batch".into(),
        Access::Unique { unique, key } => {
            format!(
                "unique {unique}{}",
                if key.is_single() { "" } else { " list" }
            )
        }
        Access::Query { index, key, narrow } => {
            let layout = Layout::new(M::DEF, "").unwrap();
            let on = index.map_or("table", |number| &layout.indexes[number].name);
            let many = if key.is_single() { "" } else { " each" };
            let narrow = if narrow.is_some() { " narrow" } else { "" };
            format!("query {on}{many}{narrow} {}", key.columns().len())
        }
        Access::Scan => "scan".into(),
    }
}

#[test]
fn the_cheapest_request_that_answers_is_chosen() {
    let post = |filter: Filter<Post>| access(Post::filter(|_| filter));
    let of = Post::FIELDS;
    assert_eq!(post(of.id.eq(1) & of.author.eq(2) & of.mail.eq("a")), "get");
    assert_eq!(post(of.mail.eq("a") & of.author.eq(2)), "unique 0");
    assert_eq!(
        post(of.site.eq(1) & of.slug.eq("a") & of.id.in_list([1, 2])),
        "unique 1"
    );
    assert_eq!(post(of.id.in_list([1, 2]) & of.author.eq(2)), "batch");
    assert_eq!(post(of.id.eq(1) | of.id.in_list([1, 2])), "batch");
    assert_eq!(post(of.author.eq(2)), "query author_written_index 1");
    assert_eq!(
        post(of.author.eq(2) & of.written.gt(2)),
        "query author_written_index narrow 1"
    );
    assert_eq!(
        post(of.author.eq(2) & of.written.eq(2)),
        "query author_written_index 2"
    );
    assert_eq!(
        post(of.author.eq(2) & of.pinned.gt(2)),
        "query author_pinned_index narrow 1"
    );
    assert_eq!(
        post(of.state.in_list(["a", "b"])),
        "query state_index each 1"
    );
    assert_eq!(
        post(of.mail.in_list(["a"]) & of.state.in_list(["a", "b"])),
        "unique 0 list"
    );
    assert_eq!(
        post(of.state.eq("a") & of.mail.in_list(["a"])),
        "query state_index 1"
    );
    assert_eq!(post(of.text.eq("a") & Filter::never()), "nothing");
}

#[test]
fn keys_of_two_parts_need_both_for_a_get() {
    let seat = |filter: Filter<Seat>| access(Seat::filter(|_| filter));
    let of = Seat::FIELDS;
    assert_eq!(seat(of.hall.eq(1) & of.number.eq(2)), "get");
    assert_eq!(seat(of.hall.eq(1) & of.number.in_list([2, 3])), "batch");
    assert_eq!(
        seat(of.hall.eq(1) & of.number.between(2, 3)),
        "query table narrow 1"
    );
    assert_eq!(seat(of.hall.in_list([1, 2])), "query table each 1");
    assert_eq!(seat(of.guest.eq(1)), "query guest_index 1");
}

#[test]
fn an_index_serves_only_what_says_that_its_columns_are_not_null() {
    let of = Post::FIELDS;
    let by_pin = Post::filter(|_| of.author.eq(1)).order_by(|post| post.pinned.asc());
    assert!(planned(by_pin, Scans::Deny).unwrap_err().is_unsupported());
    let known = Post::filter(|_| of.author.eq(1) & of.pinned.is_not_null());
    assert_eq!(
        access(known.order_by(|post| post.pinned.asc())),
        "query author_pinned_index 1"
    );
}

#[test]
fn the_rest_of_the_condition_is_checked_by_dynamodb_or_on_the_rows() {
    let of = Post::FIELDS;
    let plan = plan_of(Post::filter(|_| {
        of.author.eq(1)
            & of.written.gt(5)
            & of.written.ne(7)
            & of.text.contains("a")
            & of.text.like("b%")
            & of.id.ne(3)
    }));
    assert_eq!(
        (plan.narrowed.len(), plan.native.len(), plan.local.len()),
        (1, 2, 2)
    );
    assert!(!plan.is_all_native());
    let got = plan_of(Post::filter(|_| of.id.eq(1) & of.text.eq("a")));
    assert_eq!(
        (got.native.len(), got.local.len()),
        (0, 1),
        "GetItem has no filter"
    );
    let unique = plan_of(Post::filter(|_| of.mail.eq("a")));
    assert_eq!(unique.local.len(), 1, "the guard may be older than the row");
    let counted = plan_of(Post::filter(|_| of.state.eq("a") & of.text.eq("b")));
    assert!(counted.is_all_native());
}

#[test]
fn bounds_of_both_sides_make_one_range() {
    let of = Post::FIELDS;
    let range = |filter: Filter<Post>| plan_of(Post::filter(|_| of.author.eq(1) & filter));
    let closed = range(of.written.ge(1) & of.written.le(2));
    assert_eq!((closed.narrowed.len(), closed.local.len()), (2, 0));
    let open = range(of.written.gt(1) & of.written.le(2));
    assert_eq!(
        (open.narrowed.len(), open.local.len()),
        (0, 2),
        "BETWEEN takes its bounds in"
    );
    assert!(matches!(
        open.access,
        Access::Query {
            narrow: Some(Narrow::Between(1, 2)),
            ..
        }
    ));
}

#[test]
fn order_is_that_of_a_sort_key_or_refused_with_the_index_to_declare() {
    let of_author = || Post::filter(|post| post.author.eq(1));
    let ordered = plan_of(of_author().order_by(|post| post.written.desc()));
    assert_eq!(ordered.direction, Some(Direction::Descending));
    let known = plan_of(of_author().order_by(|post| (post.author.asc(), post.written.asc())));
    assert_eq!(
        known.direction,
        Some(Direction::Ascending),
        "one author has no order"
    );
    let refused = |query: Query<Post>| {
        let error = planned(query, Scans::Allow).unwrap_err();
        assert!(error.is_unsupported());
        error.advice().unwrap().to_owned()
    };
    let advice = refused(of_author().order_by(|post| post.text.asc()));
    assert!(
        advice.contains("`model Post [index(author, text)]`"),
        "{advice}"
    );
    let ties = refused(of_author().order_by(|post| (post.written.asc(), post.id.asc())));
    assert!(ties.contains("order by `written` alone"), "{ties}");
    refused(Post::filter(|post| post.id.in_list([1])).order_by(|post| post.text.asc()));
    let seats =
        Seat::filter(|seat| seat.hall.eq(1)).order_by(|seat| (seat.number.asc(), seat.row.asc()));
    assert_eq!(access(seats), "query table 1");
    let one = Post::filter(|post| post.mail.eq("a")).order_by(|post| post.text.asc());
    assert_eq!(access(one), "unique 0", "one row is in any order");
}

#[test]
fn a_scan_is_refused_unless_it_is_allowed_and_then_it_may_be_warned_about() {
    let query = || Post::filter(|post| post.text.eq("a") & post.id.gt(3));
    let error = planned(query(), Scans::Deny).unwrap_err();
    assert!(error.is_unsupported());
    assert_eq!(error.model(), Some("Post"));
    let advice = error.advice().unwrap();
    assert!(
        advice.contains("`text: … [index]` in `Post`") && advice.contains(".allow_scan()"),
        "{advice}"
    );
    let bare = planned(Post::all(), Scans::Deny).unwrap_err();
    assert!(bare.advice().unwrap().contains(".allow_scan()"));
    let allowed = plan_of(query().allow_scan());
    assert_eq!(
        (allowed.access.clone(), allowed.native.len()),
        (Access::Scan, 2)
    );
    assert!(!allowed.warn);
    assert!(planned(query(), Scans::Warn).unwrap().warn);
    assert!(!planned(query(), Scans::Allow).unwrap().warn);
    assert!(!planned(query().allow_scan(), Scans::Warn).unwrap().warn);
}

#[test]
fn a_unique_column_of_a_condition_on_null_is_no_lookup() {
    let none = Post::filter(|post| post.mail.is_null());
    assert!(planned(none, Scans::Deny).unwrap_err().is_unsupported());
}

#[test]
fn equal_shapes_make_equal_plans_whatever_the_values() {
    let query = |title: &str, written: i64| {
        Post::filter(|post| post.author.eq(1) & post.written.lt(written) & post.text.eq(title))
    };
    assert_eq!(plan_of(query("a", 1)), plan_of(query("b", 2)));
}
