//! Every way to cut a connection to PostgreSQL, one after the other.

use super::cuts::Cuttable;
use crate::proxy::{Cut, Way};
use std::future::Future;

/// Every so many bytes: all of them where the variable `TOASTY_TEST_EVERY_BYTE` is set.
pub fn stride(usually: usize) -> usize {
    match std::env::var("TOASTY_TEST_EVERY_BYTE") {
        Ok(every) if !every.is_empty() => 1,
        _ => usually,
    }
}

/// Every way to cut one statement, when everything is prepared and when nothing is.
pub async fn all_cuts<F: Future<Output = ()>>(on: &Cuttable, run: impl Fn(String) -> F) {
    let mut cuts = vec![];
    for kind in [b'P', b'D', b'B', b'E', b'S'] {
        cuts.extend([
            Cut::Before(Way::Up, kind, ""),
            Cut::After(Way::Up, kind, ""),
            Cut::InsteadOfAnswer(kind, ""),
        ]);
    }
    for kind in [b'1', b't', b'T', b'n', b'Z', b'2', b'D', b'C'] {
        cuts.extend([
            Cut::Before(Way::Down, kind, ""),
            Cut::After(Way::Down, kind, ""),
        ]);
    }
    for way in [Way::Up, Way::Down] {
        let bytes = (0..400).step_by(stride(7));
        cuts.extend(bytes.map(|bytes| Cut::AfterBytes(way, u64::try_from(bytes).unwrap())));
    }
    let mut struck = 0;
    for (number, cut) in cuts.into_iter().enumerate() {
        for prepared in [false, true] {
            if prepared {
                run(format!("before {number}")).await;
            } else {
                on.proxy.cut_all().await;
                // Connected, and nothing prepared on it.
                on.db().run_sql("SELECT 1").await.unwrap();
            }
            on.proxy.arm(cut, number % 2 == 1);
            run(format!("{number} {cut:?} {prepared}")).await;
            struck += u32::from(on.proxy.disarm());
            on.settled().await;
        }
    }
    println!("{struck} cuts");
    assert!(struck > 50, "{struck} cuts");
}
