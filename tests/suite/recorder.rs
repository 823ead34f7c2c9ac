//! What a test sent to the database: the events of the target `toasty::statement`, taken on the thread of the test.

use std::cell::RefCell;
use std::fmt::Write;
use std::sync::Once;
use tracing::Dispatch;
use tracing::field::{Field, Visit};
use tracing::subscriber::Interest;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Records from now on until it is dropped. Only on this thread, which is where a test awaits its statements.
pub struct Recorder(());

#[derive(Default)]
struct Recorded {
    texts: Vec<String>,
    log: String,
}

thread_local! {
    static RECORDED: RefCell<Option<Recorded>> = const { RefCell::new(None) };
}

impl Recorder {
    pub fn start() -> Self {
        static LISTENING: Once = Once::new();
        LISTENING.call_once(|| {
            // As long as there is one dispatcher only, tracing asks the one of the thread that meets an event first, and
            // keeps its answer for all threads. A second one that nobody uses keeps it from that.
            std::mem::forget(Dispatch::new(
                tracing_subscriber::registry().with(Recording),
            ));
            let _ = tracing::subscriber::set_global_default(
                tracing_subscriber::registry().with(Recording),
            );
        });
        RECORDED.set(Some(Recorded::default()));
        Recorder(())
    }

    /// The texts of the statements since the last call.
    pub fn statements(&self) -> Vec<String> {
        RECORDED.with_borrow_mut(|recorded| std::mem::take(&mut recorded.as_mut().unwrap().texts))
    }

    /// How many statements there were since the last call.
    pub fn count(&self) -> usize {
        self.statements().len()
    }

    /// All fields of all events, as a log would show them.
    pub fn log(&self) -> String {
        RECORDED.with_borrow(|recorded| recorded.as_ref().unwrap().log.clone())
    }
}

impl Drop for Recorder {
    fn drop(&mut self) {
        RECORDED.set(None);
    }
}

/// One for all threads: each asks whether it is recording.
struct Recording;

impl<S: tracing::Subscriber> Layer<S> for Recording {
    fn register_callsite(&self, _: &'static tracing::Metadata<'static>) -> Interest {
        Interest::sometimes()
    }

    fn enabled(&self, _: &tracing::Metadata<'_>, _: Context<'_, S>) -> bool {
        RECORDED.with_borrow(Option::is_some)
    }

    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        RECORDED.with_borrow_mut(|recorded| {
            let Some(recorded) = recorded else { return };
            let _ = writeln!(
                recorded.log,
                "{} {} {}",
                event.metadata().level(),
                event.metadata().target(),
                fields.all
            );
            if event.metadata().target() == "toasty::statement" {
                recorded.texts.push(fields.text);
            }
        });
    }
}

#[derive(Default)]
struct Fields {
    all: String,
    text: String,
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "db.query.text" {
            value.clone_into(&mut self.text);
        }
        let _ = write!(self.all, "{}={value} ", field.name());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        let _ = write!(self.all, "{}={value:?} ", field.name());
    }
}
