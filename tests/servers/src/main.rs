//! Starts the shared servers, or finds them, and prints the lines that tell a shell where they are. It is the last part
//! of `cargo xtask servers`, which prepares the images first.

use std::thread;

fn main() {
    thread::scope(|scope| {
        // Both start at the same time.
        scope.spawn(toasty_test_servers::dynamodb);
        scope.spawn(toasty_test_servers::postgresql);
    });
    println!(
        "export TOASTY_TEST_POSTGRESQL_URL='{}'",
        toasty_test_servers::postgresql()
    );
    println!(
        "export TOASTY_TEST_DYNAMODB_URL='{}'",
        toasty_test_servers::dynamodb()
    );
}
