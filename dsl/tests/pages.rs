//! What a page asks for, and which query a cursor belongs to.

#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use toasty_dsl::cursor::Shape;
use toasty_dsl::expr::{count, lower, rank, row_number, upper};
use toasty_dsl::query::{IntoOrder, PageQuery};
use toasty_dsl::statement::{Direction, Position, Select};
use toasty_dsl::{BelongsTo, HasMany, Model, Query, Statement, toasty};

toasty! {
    model Note {
        id: u64 [key],
        text: String,
        rank: Option<i64>,
        author_id: u64,
        author: BelongsTo<Author>,
    }
    model Author { id: u64 [key], name: String, notes: HasMany<Note> }
}

fn shape<M: Model, S>(query: Query<M, S>) -> [u8; 8] {
    match query.statement().unwrap().0 {
        Statement::Select(select) => Shape::of(&select).bytes(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn it_stays_the_same_from_build_to_build() {
    let query = Note::filter(|note| {
        note.text.contains("x") & note.author.is(|author| author.name.eq("Ann"))
    })
    .order_by(|note| (note.rank.desc(), note.id.asc()));
    assert_eq!(
        shape(query),
        [63, 243, 73, 248, 25, 255, 179, 77],
        "every cursor that clients hold would be refused: is that meant?"
    );
}

#[test]
fn every_part_of_a_query_but_its_values_makes_another_shape() {
    let query = |text: &str, rank: i64| Note::filter(|n| n.text.eq(text) & n.rank.lt(rank));
    assert_eq!(shape(query("a", 1)), shape(query("b", 2)));
    let all = [
        shape(Note::all()),
        shape(Author::all()),
        shape(Note::filter(|n| n.text.eq("a"))),
        shape(Note::filter(|n| n.text.ne("a"))),
        shape(Note::filter(|n| n.text.starts_with("a"))),
        shape(Note::filter(|n| n.text.starts_with_ignore_case("a"))),
        shape(Note::filter(|n| n.rank.is_null())),
        shape(Note::filter(|n| !n.rank.is_null())),
        shape(Note::filter(|n| n.rank.eq(1) & n.id.eq(1))),
        shape(Note::filter(|n| n.rank.eq(1) | n.id.eq(1))),
        shape(Note::filter(|n| n.id.eq(1) | n.rank.eq(1))),
        shape(Note::filter(|n| n.author.is(|a| a.name.eq("a")))),
        shape(Note::filter(|n| n.author.is(|a| a.name.ne("a")))),
        shape(Note::all().order_by(|n| n.rank.asc())),
        shape(Note::all().order_by(|n| n.rank.desc())),
        shape(Note::all().order_by(|n| n.rank.asc().nulls_last())),
        shape(Note::all().order_by(|n| (n.rank.asc(), n.id.asc()))),
    ];
    for (at, one) in all.iter().enumerate() {
        for (other_at, other) in all.iter().enumerate() {
            assert_eq!(at == other_at, one == other, "{at} and {other_at}");
        }
    }
}

fn page_shape<M: Model, T>(page: PageQuery<M, T>) -> [u8; 8] {
    match page.statement().unwrap().0 {
        Statement::Select(select) => Shape::of(&select).bytes(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_computed_page_stays_the_same_from_build_to_build() {
    let page = Note::all()
        .order_by(|note| (lower(note.text).desc(), note.author.value(|a| a.name).asc()))
        .page(3);
    assert_eq!(
        page_shape(page),
        [99, 203, 189, 71, 235, 191, 42, 170],
        "every cursor that clients hold would be refused: is that meant?"
    );
}

#[test]
fn every_part_of_a_computed_page_but_its_values_makes_another_shape() {
    let all = || Note::all();
    let plus = |number: i64| all().order_by(|n| (n.rank + number).asc()).page(3);
    assert_eq!(page_shape(plus(1)), page_shape(plus(2)));
    let by_rank = || all().group_by(|n| n.rank);
    let ranks = |most: i64| Note::filter(|n| n.rank.lt(most));
    let shapes = [
        page_shape(plus(1)),
        page_shape(all().order_by(|n| lower(n.text).asc()).page(3)),
        page_shape(all().order_by(|n| lower(n.text).desc()).page(3)),
        page_shape(all().order_by(|n| lower(n.text).asc().nulls_last()).page(3)),
        page_shape(all().order_by(|n| upper(n.text).asc()).page(3)),
        page_shape(
            all()
                .order_by(|n| (lower(n.text).asc(), n.rank.asc()))
                .page(3),
        ),
        page_shape(ranks(1).order_by(|n| lower(n.text).asc()).page(3)),
        page_shape(all().order_by(|n| n.author.value(|a| a.name).asc()).page(3)),
        page_shape(all().order_by(|n| n.author.value(|a| a.id).asc()).page(3)),
        page_shape(all().select(|n| n.text).page(3)),
        page_shape(
            all()
                .select(|n| row_number().over(|w| w.partition_by(n.rank)))
                .page(3),
        ),
        page_shape(
            all()
                .select(|n| row_number().over(|w| w.partition_by(n.text)))
                .page(3),
        ),
        page_shape(
            all()
                .select(|n| rank().over(|w| w.order_by(n.text.asc())))
                .page(3),
        ),
        page_shape(
            all()
                .select(|n| rank().over(|w| w.order_by(n.text.desc())))
                .page(3),
        ),
        page_shape(all().select(|n| n.text).distinct().page(3)),
        page_shape(by_rank().select(|g| g.key).page(3)),
        page_shape(
            by_rank()
                .order_by(|_| count().asc())
                .select(|g| g.key)
                .page(3),
        ),
        page_shape(
            by_rank()
                .having(|_| count().gt(1))
                .select(|g| g.key)
                .page(3),
        ),
        page_shape(all().group_by(|n| n.author_id).select(|g| g.key).page(3)),
        page_shape(ranks(1).group_by(|n| n.rank).select(|g| g.key).page(3)),
        page_shape(all().union(ranks(1)).page(3)),
        page_shape(all().except(ranks(1)).page(3)),
        page_shape(all().union(all()).page(3)),
        page_shape(all().distinct_on(|n| n.rank).page(3)),
        page_shape(
            all()
                .select(|n| n.text)
                .union(all().select(|n| n.text))
                .page(3),
        ),
    ];
    for (at, one) in shapes.iter().enumerate() {
        for (other_at, other) in shapes.iter().enumerate() {
            assert_eq!(at == other_at, one == other, "{at} and {other_at}");
        }
    }
}

toasty! {
    model Seat [key(hall, number)] { hall: u64, number: i64, guest: Option<String>, row: i64 }
}

fn selected<M: Model>(page: PageQuery<M>) -> Select {
    match page.statement().unwrap().0 {
        Statement::Select(select) => select,
        other => panic!("{other:?}"),
    }
}

/// The columns of an order of pages, each with whether it goes up, and how many were added.
fn completed<O: IntoOrder<Seat>>(
    order: impl FnOnce(<Seat as Model>::Fields) -> O,
) -> (Vec<(u16, bool)>, usize) {
    let select = selected(Seat::all().order_by(order).page(3));
    let order = select.order.iter();
    (
        order
            .map(|key| (key.column, key.direction == Direction::Ascending))
            .collect(),
        select.paging.unwrap().added,
    )
}

#[test]
fn the_key_stands_behind_every_order_and_goes_its_way() {
    assert_eq!(
        completed(|seat| seat.row.desc()),
        (vec![(3, false), (0, false), (1, false)], 2)
    );
    assert_eq!(
        completed(|seat| (seat.row.desc(), seat.number.asc())),
        (vec![(3, false), (1, true), (0, true)], 1)
    );
    let none = selected(Seat::all().page(3));
    assert_eq!((none.order.len(), none.paging.unwrap().added), (2, 2));
}

#[test]
fn what_the_condition_holds_equal_to_one_value_is_in_no_order_of_pages() {
    let columns = |query: Query<Seat>| {
        let select = selected(query.page(3));
        let order = select.order.iter().map(|key| key.column);
        (order.collect::<Vec<_>>(), select.paging.unwrap().added)
    };
    let in_hall = || Seat::filter(|seat| seat.hall.eq(1));
    assert_eq!(columns(in_hall()), (vec![1], 1));
    assert_eq!(
        columns(in_hall().order_by(|seat| seat.number.desc())),
        (vec![1], 0)
    );
    assert_eq!(
        columns(in_hall().order_by(|seat| (seat.hall.asc(), seat.row.asc()))),
        (vec![3, 1], 1)
    );
    // A place has one value at least.
    let one = in_hall().filter(|seat| seat.number.eq(2));
    assert_eq!(columns(one), (vec![0, 1], 2));
    let either = Seat::filter(|seat| seat.hall.eq(1) | seat.hall.eq(2));
    assert_eq!(columns(either), (vec![0, 1], 2));
}

#[test]
fn what_stands_behind_the_whole_key_or_twice_says_nothing() {
    assert_eq!(
        completed(|seat| (
            seat.number.desc(),
            seat.number.asc(),
            seat.hall.asc(),
            seat.row.asc()
        )),
        (vec![(1, false), (0, true)], 0)
    );
}

#[test]
fn a_null_of_a_place_is_a_part_of_the_shape_and_other_values_are_not() {
    let seat = |guest: Option<&str>, number| Seat {
        hall: 1,
        number,
        guest: guest.map(Into::into),
        row: 2,
    };
    let page = |row: Seat| {
        selected(
            Seat::all()
                .order_by(|seat| seat.guest.asc())
                .page(3)
                .after_row(&row),
        )
    };
    assert_eq!(page(seat(Some("a"), 1)), page(seat(Some("b"), 2)));
    assert_ne!(page(seat(Some("a"), 1)), page(seat(None, 1)));
    assert_eq!(
        page(seat(None, 1)).paging.unwrap().after,
        [Position::Null, Position::Slot, Position::Slot]
    );
    assert_ne!(
        page(seat(None, 1)),
        selected(Seat::all().order_by(|s| s.guest.asc()).page(3))
    );
}
