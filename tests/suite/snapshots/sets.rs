//! Several queries as one, the first of groups, windows, trees, views and locks.

use super::{Behaviour, behaviour};
use crate::models::figures::Figure;
use crate::models::people::{Person, Task};
use crate::models::views::TaskTitle;
use toasty::expr::{avg, lag, row_number, sum};

pub fn behaviours() -> Vec<Behaviour> {
    [sets(), firsts(), windows(), trees(), locks()]
        .into_iter()
        .flatten()
        .collect()
}

fn sets() -> Vec<Behaviour> {
    vec![
        behaviour("a union of rows", || {
            let recent = Task::all().order_by(|task| task.id.desc()).limit(3);
            Task::filter(|task| task.rank.gt(2))
                .union(recent)
                .order_by(|task| task.title.asc())
                .limit(5)
        }),
        behaviour("an intersection of three, narrowed", || {
            Task::filter(|task| task.done.eq(true))
                .intersect(Task::filter(|task| task.title.eq("a")))
                .intersect(Task::filter(|task| task.rank.is_null()))
                .filter(|task| task.person.is(|person| person.name.eq("Ann")))
        }),
        behaviour("values of two models, ordered", || {
            Person::filter(|person| person.age.gt(3))
                .select(|person| (person.name, person.age))
                .except(Task::all().select(|task| (task.title, task.rank)))
                .order_by(|(name, number)| (number.desc(), name.asc()))
                .limit(2)
        }),
    ]
}

fn firsts() -> Vec<Behaviour> {
    vec![behaviour("the first row of each group", || {
        Task::filter(|task| task.done.eq(false))
            .order_by(|task| (task.rank.desc(), task.id.asc()))
            .distinct_on(|task| task.person_id)
            .limit(3)
    })]
}

fn windows() -> Vec<Behaviour> {
    vec![
        behaviour("numbers in groups", || {
            Figure::filter(|f| f.shop.ne("x")).select(|f| {
                let window = row_number();
                (
                    f.id,
                    window.over(|w| w.partition_by(f.shop).order_by(f.number.desc())),
                )
            })
        }),
        behaviour("values of the rows around", || {
            Figure::all().select(|f| {
                (
                    lag(f.title, 2).over(|w| w.order_by(f.id.asc())),
                    sum(f.number).over(|w| w.order_by(f.id.asc()).rows(-3..=0)),
                    avg(f.number).over(|w| w.partition_by(f.shop)),
                )
            })
        }),
    ]
}

fn trees() -> Vec<Behaviour> {
    vec![
        behaviour("a row with all below it", || {
            Person::filter(|person| person.name.eq("Ann"))
                .with_descendants(|person| person.reports)
                .order_by(|person| person.name.asc())
        }),
        behaviour("a row with two above it", || {
            Person::filter(|person| person.name.eq("Eve"))
                .with_ancestors(|person| person.boss.max_depth(2))
        }),
    ]
}

fn locks() -> Vec<Behaviour> {
    vec![
        behaviour("a view of rows", || {
            Task::filter(|task| task.person_id.eq(1))
                .order_by(|task| task.title.asc())
                .select_as::<TaskTitle>()
                .limit(2)
        }),
        behaviour("rows that nobody has locked", || {
            Task::filter(|task| task.done.eq(false))
                .order_by(|task| task.id.asc())
                .limit(1)
                .for_update()
                .skip_locked()
        }),
        behaviour("rows that are kept or not at all", || {
            Task::filter(|task| task.id.eq(1)).for_share().no_wait()
        }),
    ]
}
