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

pub(crate) fn page() -> Result<(), Failure> {
    clap_mangen::Man::new(Arguments::command()).render(&mut io::stdout()).map_err(Failure::output)
}
