//! What stands after `cargo xtask`, read into a [`Command`].

pub(crate) const USAGE: &str = "\
Usage: cargo xtask test [--quick | --list]
       cargo xtask servers [--stop]

test runs every check of the project and stops at the first that fails. The servers that the tests need are set up
before, and removed afterwards.

  --quick  skip the steps that --list marks as slow
  --list   show the steps and run nothing

servers starts the servers of the tests, lets them run, and prints the variables by which the tests find them, for
`eval \"$(cargo xtask servers)\"`.

  --stop   remove them

  --help   show this text";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Test { quick: bool },
    List,
    Servers { stop: bool },
    Help,
}

/// Reads the arguments, or says which one is not understood.
pub(crate) fn parse(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut command = None;
    for argument in arguments {
        command = Some(match (argument.as_str(), command) {
            ("--help" | "-h" | "help", _) => return Ok(Command::Help),
            ("test", None) => Command::Test { quick: false },
            ("--quick", Some(Command::Test { .. })) => Command::Test { quick: true },
            ("--list", Some(Command::Test { .. } | Command::List)) => Command::List,
            ("--quick", Some(Command::List)) => Command::List,
            ("servers", None) => Command::Servers { stop: false },
            ("--stop", Some(Command::Servers { .. })) => Command::Servers { stop: true },
            (unknown, _) => return Err(format!("`{unknown}` is not understood here.")),
        });
    }
    command.ok_or_else(|| "There are two commands: `test` and `servers`.".to_owned())
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
        assert_eq!(read("test --quick --list"), Ok(Command::List));
        assert_eq!(read("test --list --quick"), Ok(Command::List));
        assert_eq!(read("test --help"), Ok(Command::Help));
    }

    #[test]
    fn the_servers_are_started_and_stopped() {
        assert_eq!(read("servers"), Ok(Command::Servers { stop: false }));
        assert_eq!(read("servers --stop"), Ok(Command::Servers { stop: true }));
    }

    #[test]
    fn a_word_that_is_misspelt_or_in_the_wrong_place_is_refused_by_name() {
        let refused = |word: &str| Err(format!("`{word}` is not understood here."));
        assert_eq!(read("test --quik"), refused("--quik"));
        assert_eq!(read("test --stop"), refused("--stop"));
        assert_eq!(read("servers --quick"), refused("--quick"));
        assert_eq!(read("--quick test"), refused("--quick"));
        assert_eq!(
            read(""),
            Err("There are two commands: `test` and `servers`.".to_owned())
        );
    }
}
