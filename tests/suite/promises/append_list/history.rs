//! What transactions saw of each other, and whether they could have run one after the other.
//!
//! The method is Elle's (Kingsbury and Alvaro, 2020): each value is appended once and to one list, so that a list that is read
//! tells who wrote before, and who had not yet written.

use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One step of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// A value, appended to the list of this key
    Append(u64, i64),
    /// What the list of this key was, before the transaction itself appended anything to it
    Read(u64, Vec<i64>),
}

/// What became of the transactions.
#[derive(Debug, Default)]
pub struct History {
    /// Those that were told that they are done
    pub committed: Vec<Vec<Step>>,
    /// The values of those that were told that they are not
    pub given_up: BTreeSet<i64>,
    /// The lists in the end
    pub last: BTreeMap<u64, Vec<i64>>,
}

impl History {
    /// What would not be there if the transactions had run one after the other, by the names of Adya's anomalies.
    pub fn anomalies(&self) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        let mut author = HashMap::new();
        for (number, steps) in self.committed.iter().enumerate() {
            for step in steps {
                if let Step::Append(key, value) = step {
                    author.insert(*value, number);
                    let times = (self.last.get(key).into_iter().flatten())
                        .filter(|there| *there == value)
                        .count();
                    match times {
                        0 => found.insert("lost update: a value that was kept is gone".to_owned()),
                        1 => false,
                        _ => found.insert("a value was appended twice".to_owned()),
                    };
                }
            }
        }
        let seen = self.reads().map(|(_, _, list)| list);
        for list in seen.chain(self.last.values().map(Vec::as_slice)) {
            if list.iter().any(|value| self.given_up.contains(value)) {
                found.insert("G1a: a value was seen that was given up".to_owned());
            }
        }
        for (number, key, list) in self.reads() {
            let last = self.last.get(&key).map_or(&[][..], Vec::as_slice);
            if !last.starts_with(list) {
                found.insert("two reads of a list agree on no order".to_owned());
                continue;
            }
            if let (Some(newest), Some(next)) = (list.last(), last.get(list.len()))
                && author.get(newest) == author.get(next)
                && author.get(newest).is_some_and(|author| *author != number)
            {
                found.insert("G1b: a list was seen in the middle of a transaction".to_owned());
            }
        }
        if found.is_empty() && self.has_a_circle(&author) {
            found.insert("G2: transactions come before each other in a circle".to_owned());
        }
        found
    }

    fn reads(&self) -> impl Iterator<Item = (usize, u64, &[i64])> {
        let all = self.committed.iter().enumerate();
        all.flat_map(|(number, steps)| {
            steps.iter().filter_map(move |step| match step {
                Step::Read(key, list) => Some((number, *key, list.as_slice())),
                Step::Append(..) => None,
            })
        })
    }

    /// Whether "must have come before" goes round: the one whose value stands before another's, the one whose value is read
    /// before its reader, the reader before the one whose value it did not see.
    fn has_a_circle(&self, author: &HashMap<i64, usize>) -> bool {
        let mut after: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); self.committed.len()];
        let mut before = |one: Option<usize>, other: Option<usize>| {
            if let (Some(one), Some(other)) = (one, other)
                && one != other
            {
                after[one].insert(other);
            }
        };
        let of = |value: Option<&i64>| value.and_then(|value| author.get(value)).copied();
        for list in self.last.values() {
            for pair in list.windows(2) {
                before(of(pair.first()), of(pair.last()));
            }
        }
        for (reader, key, list) in self.reads() {
            let last = self.last.get(&key).map_or(&[][..], Vec::as_slice);
            before(of(list.last()), Some(reader));
            before(Some(reader), of(last.get(list.len())));
        }
        // Those that nobody has to come before any more are taken away, until none is left or all that are left wait.
        let mut waits_for = vec![0_usize; after.len()];
        after
            .iter()
            .flatten()
            .for_each(|next| waits_for[*next] += 1);
        let mut free: Vec<usize> = (0..after.len())
            .filter(|one| waits_for[*one] == 0)
            .collect();
        let mut placed = 0;
        while let Some(one) = free.pop() {
            placed += 1;
            for next in &after[one] {
                waits_for[*next] -= 1;
                if waits_for[*next] == 0 {
                    free.push(*next);
                }
            }
        }
        placed < after.len()
    }
}

fn history(committed: &[&[Step]], last: &[(u64, &[i64])]) -> History {
    History {
        committed: committed.iter().map(|steps| steps.to_vec()).collect(),
        given_up: BTreeSet::from([-1]),
        last: last
            .iter()
            .map(|(key, list)| (*key, list.to_vec()))
            .collect(),
    }
}

fn one_anomaly(history: &History) -> String {
    let found = history.anomalies();
    assert_eq!(found.len(), 1, "{found:?}");
    found.into_iter().next().unwrap_or_default()
}

#[test]
fn transactions_one_after_the_other_have_no_anomaly() {
    use Step::{Append, Read};
    let clean = history(
        &[
            &[Read(1, vec![]), Append(1, 10)],
            &[Read(1, vec![10]), Append(1, 11), Read(2, vec![])],
            &[Append(2, 20), Read(1, vec![10, 11])],
        ],
        &[(1, &[10, 11]), (2, &[20])],
    );
    assert!(clean.anomalies().is_empty());
}

#[test]
fn write_skew_is_found() {
    use Step::{Append, Read};
    let skew = history(
        &[
            &[Read(1, vec![]), Append(2, 20)],
            &[Read(2, vec![]), Append(1, 10)],
        ],
        &[(1, &[10]), (2, &[20])],
    );
    assert!(one_anomaly(&skew).starts_with("G2"));
}

#[test]
fn a_lost_update_is_found() {
    use Step::{Append, Read};
    let lost = history(
        &[&[Read(1, vec![]), Append(1, 10)], &[Append(1, 11)]],
        &[(1, &[11])],
    );
    assert!(one_anomaly(&lost).starts_with("lost"));
}

#[test]
fn a_read_of_what_was_given_up_and_one_from_the_middle_are_found() {
    use Step::{Append, Read};
    let dirty = history(&[&[Read(1, vec![-1])]], &[(1, &[-1])]);
    assert!(one_anomaly(&dirty).starts_with("G1a"));
    let middle = history(
        &[&[Append(1, 10), Append(1, 11)], &[Read(1, vec![10])]],
        &[(1, &[10, 11])],
    );
    assert!(one_anomaly(&middle).starts_with("G1b"));
}

#[test]
fn lists_that_were_read_in_two_orders_are_found() {
    use Step::{Append, Read};
    let orders = history(
        &[&[Append(1, 10)], &[Append(1, 11)], &[Read(1, vec![11])]],
        &[(1, &[10, 11])],
    );
    assert!(one_anomaly(&orders).starts_with("two reads"));
}
