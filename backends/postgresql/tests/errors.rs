//! What the server says, by its own codes, and what becomes of it.

mod support;

use support::Lone;
use toasty_contract::Connection;
use toasty_dsl::ErrorKind;

/// Every code that is told apart, and two that are not.
const CODES: &[(&str, ErrorKind)] = &[
    ("40001", ErrorKind::Conflict),
    ("40P01", ErrorKind::Conflict),
    ("40003", ErrorKind::CommitUnknown),
    ("08007", ErrorKind::CommitUnknown),
    ("08006", ErrorKind::ConnectionLost),
    ("55P03", ErrorKind::Busy),
    ("55006", ErrorKind::Busy),
    ("53300", ErrorKind::Busy),
    ("57014", ErrorKind::Timeout),
    ("57P01", ErrorKind::ConnectionLost),
    ("57P02", ErrorKind::ConnectionLost),
    ("57P03", ErrorKind::ConnectionLost),
    ("57P04", ErrorKind::ConnectionLost),
    ("57P05", ErrorKind::ConnectionLost),
    ("25P03", ErrorKind::ConnectionLost),
    ("25P02", ErrorKind::TransactionClosed),
    ("25006", ErrorKind::Unsupported),
    ("22001", ErrorKind::Unrepresentable),
    ("22003", ErrorKind::Unrepresentable),
    ("22008", ErrorKind::Unrepresentable),
    ("22P05", ErrorKind::Unrepresentable),
    ("42P01", ErrorKind::Schema),
    ("42703", ErrorKind::Schema),
    ("42P07", ErrorKind::Schema),
    ("42710", ErrorKind::Schema),
    ("42804", ErrorKind::Schema),
    ("42883", ErrorKind::Schema),
    ("42830", ErrorKind::Schema),
    ("42501", ErrorKind::Authentication),
    ("28000", ErrorKind::Authentication),
    ("28P01", ErrorKind::Authentication),
    ("3D000", ErrorKind::Configuration),
    ("23505", ErrorKind::UniqueViolation),
    ("23503", ErrorKind::ForeignKeyViolation),
    ("23502", ErrorKind::NotNullViolation),
    ("23514", ErrorKind::CheckViolation),
    ("23P01", ErrorKind::CheckViolation),
    ("42601", ErrorKind::Database),
    ("54001", ErrorKind::TooComplex),
    ("53100", ErrorKind::Database),
    ("53200", ErrorKind::Database),
    ("XX000", ErrorKind::Database),
    ("P0001", ErrorKind::Database),
];

#[tokio::test]
async fn every_code_of_the_server_has_its_kind_and_quotes_nothing() {
    let db = Lone::with(&[]).await;
    for (code, kind) in CODES {
        let text = format!(
            "DO $$ BEGIN RAISE EXCEPTION 'CANARY-7f3a' USING ERRCODE = '{code}', DETAIL = 'CANARY-7f3b', HINT = 'more'; END $$"
        );
        let error = db.lock().await.run_text(&text).await.unwrap_err();
        assert_eq!(error.kind(), *kind, "{code}: {error}");
        assert!(!format!("{error} {error:?}").contains("CANARY"), "{code}");
        let detail = error.server_detail().unwrap();
        assert!(
            detail.contains("CANARY-7f3a")
                && detail.contains("CANARY-7f3b")
                && detail.contains(code)
        );
    }
}
