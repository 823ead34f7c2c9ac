//! What stands after `cargo xtask`, read into a [`Command`].

pub(crate) const USAGE: &str = "\
Usage: cargo xtask test [--quick | --list]

Runs every check of the project and stops at the first that fails.

  --quick  skip the steps that --list marks as slow
  --list   show the steps and run nothing
  --help   show this text";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Test { quick: bool },
    List,
    Help,
}

/// Reads the arguments, or says which one is not understood.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut test = false;
    let mut quick = false;
    let mut list = false;
    for argument in arguments {
        match argument.as_str() {
            "--help" | "-h" | "help" => return Ok(Command::Help),
            "test" if !test => test = true,
            "--quick" if test => quick = true,
            "--list" if test => list = true,
            unknown => return Err(format!("`{unknown}` is not understood here.")),
        }
    }
    match (test, list) {
        (false, _) => Err("There is one command: `test`.".to_owned()),
        (true, true) => Ok(Command::List),
        (true, false) => Ok(Command::Test { quick }),
    }
}

#[cfg(test)]
mod tests {
    use super::{Command, parse};

    fn read(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn the_options_of_test_are_read() {
        assert_eq!(read("test"), Ok(Command::Test { quick: false }));
        assert_eq!(read("test --quick"), Ok(Command::Test { quick: true }));
        assert_eq!(read("test --list"), Ok(Command::List));
        assert_eq!(read("test --help"), Ok(Command::Help));
    }

    #[test]
    fn a_misspelt_word_is_refused_by_name() {
        assert_eq!(
            read("test --quik"),
            Err("`--quik` is not understood here.".to_owned())
        );
        assert_eq!(read(""), Err("There is one command: `test`.".to_owned()));
    }
}
