//! A DynamoDB that misbehaves: a proxy on loopback that forwards to DynamoDB Local and does to chosen requests what the
//! local one never does. It leaves items of batches unprocessed, throttles, cancels transactions, cuts pages short, and
//! cuts connections before or after the request was executed.
//!
//! What is stored and answered is DynamoDB Local's own work, so that a test can look into it by another connection. Every
//! request is written down with its body.

mod faults;
mod http;

pub use faults::Fault;

use faults::Course;
use serde_json::Value;
use std::io::BufReader;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// A fake, which runs until the test process ends.
pub struct Fake {
    endpoint: String,
    shared: Arc<Shared>,
}

struct Shared {
    /// Host and port of DynamoDB Local
    server: String,
    faults: Mutex<Vec<Planned>>,
    recorded: Mutex<Vec<Recorded>>,
}

struct Planned {
    operation: &'static str,
    fault: Fault,
    /// How many requests it is still for
    times: usize,
}

/// One request that came in.
#[derive(Clone)]
pub struct Recorded {
    pub operation: String,
    pub body: Value,
    pub at: Instant,
}

impl Fake {
    /// A fake before this DynamoDB Local, which does nothing wrong yet.
    pub fn before(endpoint: &str) -> Self {
        let server = endpoint
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port on loopback");
        let port = listener.local_addr().expect("its address").port();
        let shared = Arc::new(Shared {
            server,
            faults: Mutex::default(),
            recorded: Mutex::default(),
        });
        let serving = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&serving);
                std::thread::spawn(move || shared.serve(stream));
            }
        });
        Fake {
            endpoint: format!("http://127.0.0.1:{port}"),
            shared,
        }
    }

    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Does this to the next request of this operation, and so often. Faults of one operation come in the order in which
    /// they were planned.
    pub fn plan(&self, operation: &'static str, fault: Fault, times: usize) {
        self.shared.faults.lock().unwrap().push(Planned {
            operation,
            fault,
            times,
        });
    }

    /// Behaves well from now on.
    pub fn behave(&self) {
        self.shared.faults.lock().unwrap().clear();
    }

    /// The requests since the last call.
    pub fn requests(&self) -> Vec<Recorded> {
        std::mem::take(&mut self.shared.recorded.lock().unwrap())
    }

    /// The requests of one operation since the last call; the others are forgotten.
    pub fn requests_of(&self, operation: &str) -> Vec<Recorded> {
        let mut all = self.requests();
        all.retain(|request| request.operation == operation);
        all
    }
}

impl Shared {
    /// One connection, until one of its ends is closed.
    fn serve(&self, mut stream: TcpStream) {
        let Ok(reading) = stream.try_clone() else {
            return;
        };
        let mut reading = BufReader::new(reading);
        while let Ok(Some(request)) = http::read_request(&mut reading) {
            let body: Value = serde_json::from_slice(&request.body).unwrap_or(Value::Null);
            self.recorded.lock().unwrap().push(Recorded {
                operation: request.operation.clone(),
                body: body.clone(),
                at: Instant::now(),
            });
            let course = match self.next_fault(&request.operation) {
                Some(fault) => fault.course(&request.operation, body),
                None => Course::Forward(body, None),
            };
            let forward = |body: Value| {
                http::forward(&request, body.to_string().as_bytes(), &self.server)
                    .expect("DynamoDB Local answers")
            };
            let answer = match course {
                Course::Say(answer) => answer,
                Course::Forward(body, None) => forward(body),
                Course::Forward(body, Some(left)) => {
                    let mut answer = forward(body);
                    let mut said: Value =
                        serde_json::from_slice(&answer.body).unwrap_or(Value::Null);
                    left.put_into(&mut said);
                    answer.body = said.to_string().into_bytes();
                    answer
                }
                Course::ForwardAndCut(body) => {
                    forward(body);
                    break;
                }
                Course::Cut => break,
            };
            if http::write_answer(&mut stream, &answer).is_err() {
                break;
            }
        }
        let _ = stream.shutdown(Shutdown::Both);
    }

    fn next_fault(&self, operation: &str) -> Option<Fault> {
        let mut faults = self.faults.lock().unwrap();
        let planned = faults
            .iter_mut()
            .find(|planned| planned.operation == operation && planned.times > 0)?;
        planned.times -= 1;
        Some(planned.fault.clone())
    }
}
