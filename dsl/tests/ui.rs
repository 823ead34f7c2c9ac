//! What the compiler says: every mistake in `ui/` gives one error, at the token that is wrong, that says what to do; every
//! program in `ui_pass/` compiles.
//!
//! The expected texts are those of the current stable compiler. After a look at the difference, `TRYBUILD=overwrite`
//! writes them anew.

#[test]
fn every_mistake_is_one_error_at_its_token() {
    trybuild::TestCases::new().compile_fail("tests/ui/*.rs");
}

#[test]
fn every_program_compiles() {
    trybuild::TestCases::new().pass("tests/ui_pass/*.rs");
}
