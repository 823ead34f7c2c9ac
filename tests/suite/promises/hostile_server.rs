//! A server that says what no real one does, or is none at all: an error each time, never a panic and never a wait without
//! end.

use crate::postgresql_fake::{FakePostgresql, Script, columns, complete, message, row};
use std::cell::Cell;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Once;
use std::time::Duration;
use toasty::{Config, Error, ErrorKind, create, toasty};

toasty! {
    #[derive(Clone, PartialEq)]
    pub model Note {
        id: i64 [key],
        text: String,
        rank: Option<i64>,
    }
}

const INT8: u32 = 20;
const TEXT: u32 = 25;
const NOTE: &[(&str, u32)] = &[("id", INT8), ("text", TEXT), ("rank", INT8)];

const ONE: Option<&[u8]> = Some(&[0, 0, 0, 0, 0, 0, 0, 1]);
const WORD: Option<&[u8]> = Some(b"word");

thread_local! {
    static PANICS: Cell<u32> = const { Cell::new(0) };
}

/// Counts panics of this thread, also those in tasks, which their runtime catches.
fn count_panics() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            PANICS.set(PANICS.get() + 1);
            before(panic);
        }));
    });
    PANICS.set(0);
}

/// What a select of all notes becomes before such a server, on the runtime of this very thread.
async fn read(described: &[(&str, u32)], rows: &[Vec<u8>]) -> toasty::Result<Vec<Note>> {
    read_script(Script {
        parameters: &[],
        columns: columns(described),
        rows: rows.concat(),
        ..Script::default()
    })
    .await
}

async fn read_script(script: Script) -> toasty::Result<Vec<Note>> {
    count_panics();
    let mut config = FakePostgresql::with(script).config();
    config.postgresql.statement_timeout = Some(Duration::from_millis(500));
    let db = toasty::connect_with(config).await.unwrap();
    let read = tokio::time::timeout(Duration::from_secs(5), Note::all().all(&db));
    let read = read.await.expect("every wait has an end");
    // Whatever it was, the pool can be used.
    let next = tokio::time::timeout(Duration::from_secs(5), db.run_sql("SELECT 1"));
    next.await.expect("in time").expect("the next use");
    assert_eq!(PANICS.get(), 0, "no task panicked");
    read
}

async fn refused(described: &[(&str, u32)], rows: &[Vec<u8>]) -> Error {
    let error = read(described, rows).await.expect_err("an error");
    assert_eq!(error.kind(), ErrorKind::Decode, "{error:?}");
    error
}

/// The fake is no worse than a server where it says what one does.
#[tokio::test]
async fn a_row_as_it_shall_be_is_read() {
    let rows = [
        row(&[ONE, WORD, None]),
        row(&[ONE, WORD, ONE]),
        complete("SELECT 2"),
    ];
    let notes = read(NOTE, &rows).await.unwrap();
    assert_eq!(notes.len(), 2);
    assert_eq!(
        (notes[0].id, notes[0].text.as_str(), notes[0].rank),
        (1, "word", None)
    );
    assert_eq!(notes[1].rank, Some(1));
}

#[tokio::test]
async fn row_with_fewer_columns_is_an_error_not_a_panic() {
    for short in [&[][..], &[ONE], &[ONE, WORD]] {
        let error = refused(NOTE, &[row(short), complete("SELECT 1")]).await;
        assert_eq!(error.model(), Some("Note"), "{error:?}");
    }
    // And where the server never said that there would be more.
    for described in 0..NOTE.len() {
        let cells = [ONE, WORD, ONE];
        let rows = [row(&cells[..described]), complete("SELECT 1")];
        let error = refused(&NOTE[..described], &rows).await;
        assert_eq!(error.model(), Some("Note"), "{error:?}");
    }
}

#[tokio::test]
async fn null_for_a_field_that_must_have_a_value_is_an_error_that_names_it() {
    for (cells, field) in [([None, WORD, ONE], "id"), ([ONE, None, ONE], "text")] {
        let error = refused(NOTE, &[row(&cells), complete("SELECT 1")]).await;
        assert_eq!(error.model(), Some("Note"), "{error:?}");
        assert_eq!(error.fields(), [field], "{error:?}");
    }
}

#[tokio::test]
async fn values_that_are_not_of_their_type_are_errors_that_name_the_field() {
    let long = [0; 9];
    let cells: [([Option<&[u8]>; 3], &str); 5] = [
        ([Some(&[1, 2, 3]), WORD, ONE], "id"),
        ([Some(&[]), WORD, ONE], "id"),
        ([Some(&long), WORD, ONE], "id"),
        ([ONE, Some(&[0xff, 0xfe]), ONE], "text"),
        ([ONE, WORD, Some(&[0; 4])], "rank"),
    ];
    for (cells, field) in cells {
        let error = refused(NOTE, &[row(&cells), complete("SELECT 1")]).await;
        assert_eq!(
            (error.model(), error.fields()),
            (Some("Note"), &[field.to_owned()][..])
        );
    }
    // Another type than the field's: a text for a number, a point, and one that does not exist.
    for oid in [TEXT, 600] {
        let described = [("id", oid), NOTE[1], NOTE[2]];
        let error = refused(&described, &[row(&[ONE, WORD, ONE]), complete("SELECT 1")]).await;
        assert_eq!(error.fields(), ["id"], "{error:?}");
    }
}

/// What is not even an answer. The connection is given up; what the error is depends on how far it could be understood.
#[tokio::test]
async fn answers_that_are_none_are_errors_and_not_panics() {
    let good = row(&[ONE, WORD, ONE]);
    let answers: [(&str, Vec<u8>); 8] = [
        (
            "a row whose cell is longer than the row",
            message(b'D', &[0, 3, 0, 0, 0, 200, 1]),
        ),
        (
            "a row of so many cells that are not there",
            message(b'D', &[0x7f, 0xff]),
        ),
        ("a row with no count of cells", message(b'D', &[])),
        (
            "a cell of negative length",
            message(b'D', &[0, 1, 0xff, 0xff, 0xff, 0xfe]),
        ),
        (
            "a length that is shorter than itself",
            vec![b'D', 0, 0, 0, 3],
        ),
        ("a type that no message has", message(b'\x7f', b"what")),
        ("an answer to a copy", message(b'G', &[0, 0, 0])),
        (
            "an authentication in the midst of everything",
            message(b'R', &[0, 0, 0, 3]),
        ),
    ];
    for (what, answer) in answers {
        for before in [&[][..], &good] {
            let rows = [before, &answer, &complete("SELECT 1")].concat();
            let read = read_script(Script {
                parameters: &[],
                columns: columns(NOTE),
                rows,
                ..Script::default()
            });
            let error = read.await.expect_err(what);
            let kinds = [
                ErrorKind::Decode,
                ErrorKind::ConnectionLost,
                ErrorKind::Timeout,
            ];
            assert!(kinds.contains(&error.kind()), "{what}: {error:?}");
        }
    }
}

/// A write before such a server: it may have been done.
#[tokio::test]
async fn a_write_whose_answer_is_none_is_unknown() {
    count_panics();
    let script = Script {
        parameters: &[INT8, TEXT, INT8],
        columns: message(b'n', &[]),
        rows: vec![b'D', 0, 0, 0, 3],
        ..Script::default()
    };
    let mut config = FakePostgresql::with(script).config();
    config.postgresql.statement_timeout = Some(Duration::from_millis(500));
    let db = toasty::connect_with(config).await.unwrap();
    let error = create!(Note { id: 1, text: "x" })
        .exec(&db)
        .await
        .unwrap_err();
    assert!(error.is_commit_unknown(), "{error:?}");
    assert_eq!(PANICS.get(), 0, "no task panicked");
}

/// What travels with BEGIN was done before it was known that there is no transaction: its rows are there, and nothing can
/// take them back.
#[tokio::test]
async fn a_write_whose_transaction_was_not_begun_is_unknown() {
    count_panics();
    let script = Script {
        parameters: &[INT8, TEXT, INT8],
        columns: message(b'n', &[]),
        rows: complete("INSERT 0 1"),
        begins_nothing: true,
    };
    let mut config = FakePostgresql::with(script).config();
    config.pool.max = 1;
    let db = toasty::connect_with(config).await.unwrap();
    let note = || create!(Note { id: 1, text: "x" });
    // Where it has to be prepared first, that fails, and nothing was done.
    let error = db.transaction(async |tx| note().exec(tx).await).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Unsupported);
    // Prepared on the connection, it goes together with BEGIN.
    note().exec(&db).await.unwrap();
    let error = db.transaction(async |tx| note().exec(tx).await).await;
    assert!(error.unwrap_err().is_commit_unknown());
    note().exec(&db).await.unwrap();
    let read = db.transaction(async |tx| Note::all().all(tx).await).await;
    assert!(!read.unwrap_err().is_commit_unknown(), "a read did nothing");
    assert_eq!(PANICS.get(), 0, "no task panicked");
}

/// Something else listens there.
#[tokio::test]
async fn what_does_not_speak_the_protocol_is_named_with_its_place() {
    for greeting in [
        "HTTP/1.1 400 Bad Request\r\n\r\n",
        "SSH-2.0-OpenSSH_9.6\r\n",
        "\0\0\0\0\0\0\0\0",
        "",
    ] {
        count_panics();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.read(&mut [0; 1024]);
            let _ = stream.write_all(greeting.as_bytes());
        });
        let config = Config::postgresql(&format!("postgresql://me@{address}/nothing")).unwrap();
        let error = toasty::connect_with(config).await.unwrap_err();
        assert_eq!(
            error.kind(),
            ErrorKind::ConnectionLost,
            "{greeting:?}: {error:?}"
        );
        assert!(error.to_string().contains(&address.to_string()), "{error}");
        assert_eq!(PANICS.get(), 0, "no task panicked");
    }
}
