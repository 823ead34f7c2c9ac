//! The nearest valid name for one that is not.
//!
//! Promises: a suggestion is near enough to be the one that was meant; if none is, there is none. Must not know where
//! the names come from.

/// No name is longer; the distance takes time and memory by the product of both lengths.
const LONGEST: usize = 64;
/// A shorter part says too little: `s` is in nearly every name.
const SHORTEST_PART: usize = 3;
/// From this length on, the beginning of a name or its last words say which one it is.
const SHORTEST_CUT: usize = 6;

/// The candidate that is nearest to what was written.
pub(super) fn nearest<'a>(
    written: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    if written.chars().count() > LONGEST {
        return None;
    }
    let written = plain(written);
    candidates
        .into_iter()
        .filter_map(|candidate| rank(&written, &plain(candidate)).map(|rank| (rank, candidate)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, candidate)| candidate)
}

/// First the names that differ by a slip of the hand, then those that hold or are held by what was written.
fn rank(written: &str, candidate: &str) -> Option<(u8, usize)> {
    let length = written.chars().count().max(candidate.chars().count());
    let distance = strsim::damerau_levenshtein(written, candidate);
    // `client_cert` is short for `client_certificate`, though fewer letters make it `client_key`.
    let is_cut = candidate.starts_with(written) || candidate.ends_with(&format!("_{written}"));
    if written.chars().count() >= SHORTEST_CUT && is_cut {
        return Some((0, distance.min(2)));
    }
    if distance <= length.div_ceil(3) && distance < length {
        return Some((0, distance));
    }
    let part = written.chars().count().min(candidate.chars().count());
    let is_part = candidate.contains(written) || written.contains(candidate);
    (is_part && part >= SHORTEST_PART).then_some((1, distance))
}

/// Case and the kind of dash are not what tells two names apart.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['-', ' '], "_")
}

/// `a`, `b` or `c`, each between the given marks.
pub(super) fn list<'a>(
    names: impl IntoIterator<Item = &'a str>,
    open: &str,
    close: &str,
) -> String {
    let names: Vec<String> = names
        .into_iter()
        .map(|name| format!("{open}{name}{close}"))
        .collect();
    match names.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, rest)) => format!("{} or {last}", rest.join(", ")),
        None => String::new(),
    }
}
