//! What a test sent to the database: the events of the target `toasty::statement`, taken on the thread of the test.

use std::fmt::Write;
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Records from now on until it is dropped. Only on this thread, which is where a test awaits its statements.
pub struct Recorder {
    texts: Arc<Mutex<Vec<String>>>,
    everything: Arc<Mutex<String>>,
    _guard: DefaultGuard,
}

impl Recorder {
    pub fn start() -> Self {
        let texts = Arc::new(Mutex::new(Vec::new()));
        let everything = Arc::new(Mutex::new(String::new()));
        let layer = Recording { texts: Arc::clone(&texts), everything: Arc::clone(&everything) };
        let guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Recorder { texts, everything, _guard: guard }
    }

    /// The texts of the statements since the last call.
    pub fn statements(&self) -> Vec<String> {
        std::mem::take(&mut self.texts.lock().unwrap())
    }

    /// How many statements there were since the last call.
    pub fn count(&self) -> usize {
        self.statements().len()
    }

    /// All fields of all events, as a log would show them.
    pub fn log(&self) -> String {
        self.everything.lock().unwrap().clone()
    }
}

struct Recording {
    texts: Arc<Mutex<Vec<String>>>,
    everything: Arc<Mutex<String>>,
}

impl<S: tracing::Subscriber> Layer<S> for Recording {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let mut everything = self.everything.lock().unwrap();
        let _ = writeln!(everything, "{} {} {}", event.metadata().level(), event.metadata().target(), fields.all);
        if event.metadata().target() == "toasty::statement" {
            self.texts.lock().unwrap().push(fields.text);
        }
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
