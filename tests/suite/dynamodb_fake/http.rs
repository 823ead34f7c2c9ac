//! As much of HTTP/1.1 as a proxy on loopback needs: requests with a length, answers without chunks.

use std::io::{BufRead, BufReader, Read, Result, Write};
use std::net::TcpStream;

/// One request as the SDK sends it.
pub struct Request {
    /// The operation of DynamoDB, such as `PutItem`.
    pub operation: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

/// One answer.
pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
}

/// The next request of a connection, or none where it was closed.
pub fn read_request(from: &mut BufReader<TcpStream>) -> Result<Option<Request>> {
    let mut line = String::new();
    if from.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let headers = read_headers(from)?;
    let mut body = vec![0; length(&headers).unwrap_or(0)];
    from.read_exact(&mut body)?;
    let operation = header(&headers, "x-amz-target")
        .and_then(|target| target.split_once('.'))
        .map_or_else(String::new, |(_, operation)| operation.to_owned());
    Ok(Some(Request {
        operation,
        headers,
        body,
    }))
}

/// Sends a request with this body to a server, and gives its answer.
pub fn forward(request: &Request, body: &[u8], server: &str) -> Result<Answer> {
    let mut stream = TcpStream::connect(server)?;
    // HTTP/1.0: the answer has no chunks, and ends with the connection.
    let mut head = String::from("POST / HTTP/1.0\r\n");
    for (name, value) in &request.headers {
        if !["content-length", "connection", "expect"].contains(&name.as_str()) {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(body)?;
    let mut from = BufReader::new(stream);
    let mut line = String::new();
    from.read_line(&mut line)?;
    let status = line
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok())
        .unwrap_or(500);
    let headers = read_headers(&mut from)?;
    let mut body = Vec::new();
    match length(&headers) {
        Some(length) => {
            body.resize(length, 0);
            from.read_exact(&mut body)?;
        }
        None => {
            from.read_to_end(&mut body)?;
        }
    }
    Ok(Answer { status, body })
}

/// Sends an answer; the connection stays.
pub fn write_answer(to: &mut TcpStream, answer: &Answer) -> Result<()> {
    let head = format!(
        "HTTP/1.1 {} .\r\ncontent-type: application/x-amz-json-1.0\r\nx-amzn-requestid: fake\r\ncontent-length: {}\r\n\r\n",
        answer.status,
        answer.body.len()
    );
    to.write_all(head.as_bytes())?;
    to.write_all(&answer.body)?;
    to.flush()
}

fn read_headers(from: &mut impl BufRead) -> Result<Vec<(String, String)>> {
    let mut headers = Vec::new();
    loop {
        let mut line = String::new();
        from.read_line(&mut line)?;
        let line = line.trim_end();
        if line.is_empty() {
            return Ok(headers);
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.trim().to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
}

fn header<'a>(headers: &'a [(String, String)], name: &str) -> Option<&'a str> {
    headers
        .iter()
        .find(|(other, _)| other == name)
        .map(|(_, value)| value.as_str())
}

fn length(headers: &[(String, String)]) -> Option<usize> {
    header(headers, "content-length")?.parse().ok()
}
