//! `host:port`, as URLs have it in front of the path.
//!
//! Promises: a host is one that a connection can be opened to, and holds nothing else. Must not know which URL it is in.

use std::net::{IpAddr, Ipv6Addr};

/// A host without the brackets of an IPv6 address, and the port if there is one.
pub(super) struct Authority<'a> {
    pub(super) host: &'a str,
    pub(super) port: Option<u16>,
}

impl<'a> Authority<'a> {
    /// Takes the text apart, or tells why it is none. The host may be empty.
    pub(super) fn parse(text: &'a str) -> Result<Self, &'static str> {
        let (host, port) = match text.strip_prefix('[') {
            Some(rest) => {
                let (address, port) = rest.split_once(']').ok_or(BRACKETS)?;
                if address.parse::<Ipv6Addr>().is_err() {
                    return Err(BRACKETS);
                }
                match port {
                    "" => (address, None),
                    port => (address, Some(port.strip_prefix(':').ok_or(PORT)?)),
                }
            }
            None => match text.split_once(':') {
                Some((host, port)) => (host, Some(port)),
                None => (text, None),
            },
        };
        Ok(Self {
            host,
            port: port.map(parse_port).transpose()?,
        })
    }
}

const BRACKETS: &str = "an IPv6 address stands in brackets, such as `[::1]`";
const PORT: &str = "a port is a number, 1 to 65535";

fn parse_port(text: &str) -> Result<u16, &'static str> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    match text.parse::<u16>() {
        Ok(port) if port > 0 && is_number => Ok(port),
        _ => Err(PORT),
    }
}

/// Why a text is no host, if it is none.
pub(super) fn host_fault(host: &str) -> Option<&'static str> {
    let is_strange = |letter: char| {
        letter.is_control() || letter.is_whitespace() || "/?#@,[]\\\"'".contains(letter)
    };
    if host.is_empty() {
        Some("a host is not empty")
    } else if host.contains("://") {
        Some("a host is not a URL")
    } else if host.contains(',') {
        Some("there is one host, and no list")
    } else if host.contains(is_strange) {
        Some("a host is a name or an address, and nothing else")
    } else if host.contains(':') && host.parse::<Ipv6Addr>().is_err() {
        Some("the port stands by itself")
    } else {
        None
    }
}

/// Whether the host is this machine, by `localhost` or by an address. What a name server says is not asked: it could
/// be wrong.
pub(super) fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.to_canonical().is_loopback())
}
