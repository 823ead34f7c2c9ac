//! How far a long write has come, told while it runs.

use crate::cases::{on_every_database, sorted};
use crate::models::keys::{Account, Badge, BadgeId};
use crate::models::readings::Reading;
use std::sync::{Arc, Mutex};
use toasty::{Db, Model, ModelDef, Progress, Result, create};

const MODELS: &[&ModelDef] = &[Account::DEF, Reading::DEF, Badge::DEF];

/// What was told.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<Vec<Progress>>>);

impl Told {
    fn ear(&self) -> impl Fn(Progress) + Send + Sync + 'static {
        let told = Arc::clone(&self.0);
        move |progress| told.lock().unwrap().push(progress)
    }

    /// What was told grows, its steps are counted, and it ends with all rows.
    fn check(&self, total: u64) -> usize {
        let told = std::mem::take(&mut *self.0.lock().unwrap());
        assert!(told.is_sorted_by(|a, b| a.done < b.done), "{told:?}");
        assert!(
            told.iter().all(|progress| progress.total == total),
            "{told:?}"
        );
        let steps: Vec<u64> = told.iter().map(|progress| progress.steps).collect();
        assert!(steps.iter().copied().eq(1..=steps.len() as u64), "{told:?}");
        assert_eq!(
            told.last().map(|progress| progress.done),
            Some(total),
            "the last word"
        );
        told.len()
    }
}

fn reading(at: i64) -> crate::models::readings::CreateReading {
    create!(Reading {
        sensor: "roof",
        at: at
    })
}

async fn new_rows_are_told_slice_by_slice(db: &Db) -> Result<()> {
    let told = Told::default();
    let rows = Reading::create_many((0..6_000).map(reading)).in_chunks();
    assert_eq!(rows.on_progress(told.ear()).exec(db).await?, 6_000);
    assert!(told.check(6_000) > 1, "more than once");
    let few = Reading::create_many((6_000..6_003).map(reading));
    assert_eq!(few.on_progress(told.ear()).exec(db).await?, 3);
    assert_eq!(told.check(3), 1, "once at least");
    Ok(())
}

async fn removals_are_told_and_end_with_all(db: &Db) -> Result<()> {
    Reading::create_many((0..320).map(reading))
        .in_chunks()
        .exec(db)
        .await?;
    let told = Told::default();
    let removal = Reading::filter(|reading| reading.sensor.eq("roof"))
        .in_chunks()
        .delete();
    assert_eq!(removal.on_progress(told.ear()).exec(db).await?, 320);
    told.check(320);
    Ok(())
}

async fn changes_of_many_rows_add_up_over_their_statements(db: &Db) -> Result<()> {
    let rows = (0..40).map(|number| {
        create!(Account {
            owner: format!("{number:02}")
        })
    });
    let rows = Account::create_many(rows).returning(db).await?;
    let told = Told::default();
    let updates = rows.iter().zip(0i64..).map(|(row, number)| {
        let update = row.update().balance(number);
        if number % 4 == 0 {
            update.owner(format!("new {number}"))
        } else {
            update
        }
    });
    let many = Account::update_many(updates).on_progress(told.ear());
    assert_eq!(many.exec(db).await?, 40);
    told.check(40);
    let rows = Account::all().all(db).await?;
    let gone = Account::delete_many(rows.iter().map(|row| row.delete())).on_progress(told.ear());
    assert_eq!(gone.exec(db).await?, 40);
    told.check(40);
    Ok(())
}

async fn a_write_that_fails_has_no_last_word(db: &Db) -> Result<()> {
    create!(Badge {
        id: BadgeId(7),
        label: "there"
    })
    .exec(db)
    .await?;
    let told = Told::default();
    let rows = (0..20).map(|id| {
        create!(Badge {
            id: BadgeId(id),
            label: "new"
        })
    });
    let many = Badge::create_many(rows).on_progress(told.ear());
    assert!(many.exec(db).await.unwrap_err().is_unique_violation());
    let told = std::mem::take(&mut *told.0.lock().unwrap());
    assert!(told.iter().all(|progress| progress.done < 20), "{told:?}");
    assert_eq!(
        sorted(Badge::all().all(db).await?, |badge| badge.id.0).len(),
        1
    );
    Ok(())
}

on_every_database! { MODELS;
    new_rows_are_told_slice_by_slice,
    removals_are_told_and_end_with_all,
    changes_of_many_rows_add_up_over_their_statements,
    a_write_that_fails_has_no_last_word,
}
