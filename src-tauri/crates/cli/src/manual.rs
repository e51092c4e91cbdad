//! What the shell and `man` are told about this command.

use clap::CommandFactory as _;

use crate::arguments::Arguments;
use crate::failure::Failure;

pub(crate) fn completions(shell: clap_complete::Shell) -> Result<(), Failure> {
    clap_complete::generate(shell, &mut Arguments::command(), "placet", &mut std::io::stdout());
    Ok(())
}

pub(crate) fn page() -> Result<(), Failure> {
    Ok(clap_mangen::Man::new(Arguments::command()).render(&mut std::io::stdout())?)
}
