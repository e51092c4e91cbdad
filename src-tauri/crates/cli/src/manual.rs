//! What the shell and `man` are told about this command.

use std::io::{self, Write as _};

use clap::CommandFactory as _;

use crate::arguments::Arguments;
use crate::failure::Failure;

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    // Made first and written then: the generator panics when it cannot write.
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "placet", &mut script);
    io::stdout().write_all(&script).map_err(Failure::output)
}

/// The page of the command itself, or of one below it, such as `engine add`.
pub(crate) fn page(path: &[String]) -> Result<(), Failure> {
    let mut command = Arguments::command();
    // Gives each the name that its page has: placet-engine-add.
    command.build();
    for name in path {
        let below = command.find_subcommand(name).cloned();
        command =
            below.ok_or_else(|| Failure::usage(format!("there is no command \"{}\"", path.join(" "))))?;
    }
    clap_mangen::Man::new(command).render(&mut io::stdout()).map_err(Failure::output)
}
