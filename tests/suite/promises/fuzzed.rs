//! The functions of the fuzz targets, with drawn bytes instead of a fuzzer's.

#[path = "../../../fuzz/src/cursor.rs"]
mod cursor;

use super::predicate::cases;
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

#[test]
fn a_cursor_of_any_bytes_is_read_or_refused() {
    TestRunner::new(cases(20_000))
        .run(&any::<Vec<u8>>(), |bytes| {
            cursor::try_bytes(&bytes);
            Ok(())
        })
        .unwrap();
}
