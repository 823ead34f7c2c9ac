//! `cargo +nightly fuzz run cursor`: cursors of pages that come from anywhere.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| toasty_fuzz::cursor::try_bytes(bytes));
