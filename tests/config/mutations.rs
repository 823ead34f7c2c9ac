//! Texts that went wrong somewhere: a configuration or an error with a picture, and never a panic.

use toasty::config::{Config, Environment};

/// A fixed sequence, so that a failure can be repeated (SplitMix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % sides
    }
}

const SEEDS: [&str; 3] = [
    include_str!("../../toasty.toml"),
    "cache = { plans = 3, statements = 4 }\nbackends.sqlite.path = \"${A:-ä}/$${B}/${C}.db\"\r\n\
     [profiles.\"é\".logging]\r\nslow_query = '''off'''\r\n",
    "[backends.sqlite]\nreaders = \"${N:-4}\"\npath = \"\"\"\n\\u0041${A}\"\"\"\n\
     [profiles.test.pool]\nacquire_timeout = \"5s\"\n",
];

const PIECES: [&str; 34] = [
    "\"",
    "'",
    "\"\"\"",
    "=",
    "[",
    "]",
    "[[",
    "]]",
    ".",
    ",",
    "{",
    "}",
    "${",
    "$${",
    "${A}",
    "${A:-",
    ":-",
    "\n",
    "\r\n",
    "\t",
    "\u{0}",
    "\u{feff}",
    "ä",
    "🦀",
    "\\u00e4",
    "\\",
    "#",
    "-",
    "99999999999999999999",
    "0x",
    "true",
    "profiles",
    "1979-05-27",
    " = { ",
];

fn mutated(dice: &mut Dice) -> String {
    let mut letters: Vec<char> = SEEDS[dice.roll(SEEDS.len())].chars().collect();
    for _ in 0..=dice.roll(6) {
        let at = dice.roll(letters.len() + 1);
        let end = (at + dice.roll(12)).min(letters.len());
        match dice.roll(4) {
            0 => drop(letters.drain(at..end)),
            1 => {
                let piece: Vec<char> = PIECES[dice.roll(PIECES.len())].chars().collect();
                letters.splice(at..at, piece);
            }
            2 => {
                let copy: Vec<char> = letters[at..end].to_vec();
                let to = dice.roll(letters.len() + 1);
                letters.splice(to..to, copy);
            }
            _ => {
                let piece: Vec<char> = PIECES[dice.roll(PIECES.len())].chars().collect();
                letters.splice(at..end, piece);
            }
        }
    }
    letters.into_iter().collect()
}

#[test]
fn a_mutated_text_never_panics_and_never_shows_a_variable() {
    let environment = Environment::from([
        ("A", "CANARY-7f3a"),
        ("N", "CANARY-7f3a"),
        ("TOASTY_PROFILE", "test"),
    ]);
    let mut dice = Dice(7);
    let (mut right, mut wrong) = (0, 0);
    for _ in 0..8_000 {
        let text = mutated(&mut dice);
        match Config::parse(&text, &environment) {
            Ok(config) => {
                right += 1;
                assert!(config.check().is_ok(), "{text}");
            }
            Err(error) => {
                wrong += 1;
                let shown = format!("{error}{error:?}");
                assert!(!shown.contains("CANARY"), "{text}\n{shown}");
                if let (Some(line), Some(column)) = (error.line(), error.column()) {
                    assert!(shown.contains('^') && column >= 1, "{text}\n{shown}");
                    assert!(line <= text.matches('\n').count() + 1, "{text}\n{shown}");
                }
            }
        }
    }
    // Both ways must have been taken, or the mutations are too wild or too tame.
    assert!(right > 100 && wrong > 100, "{right} right, {wrong} wrong");
}

#[test]
fn every_beginning_of_a_text_is_taken_or_refused() {
    for seed in SEEDS {
        for (end, _) in seed.char_indices() {
            if let Err(error) = Config::parse(&seed[..end], &Environment::from([("A", "a")])) {
                assert!(!error.to_string().is_empty());
            }
        }
    }
}

#[test]
fn a_deeply_nested_text_is_refused() {
    for open in ["[", "{ a = ", "a."] {
        let text = format!("cache = {}", open.repeat(100_000));
        assert!(Config::parse(&text, &Environment::empty()).is_err());
        assert!(Config::parse(&open.repeat(100_000), &Environment::empty()).is_err());
    }
}
