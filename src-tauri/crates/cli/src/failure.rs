//! How the command ends when it did not do what was asked.

use std::fmt;
use std::io;
use std::process::ExitCode;

use placet_desk::{ErrorCode, OpenError};

use crate::print::visible;

/// Why the command did not do what was asked, with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
    /// Empty where there is nobody to tell.
    message: String,
}

impl Failure {
    /// The system failed: exit code 1.
    pub(crate) fn fault(message: impl fmt::Display) -> Self {
        Self { code: 1, message: message.to_string() }
    }

    /// The command was called wrongly: exit code 2, as clap's own.
    pub(crate) fn usage(message: impl fmt::Display) -> Self {
        Self { code: 2, message: message.to_string() }
    }

    /// It was understood and not done, or not all of it: exit code 3.
    pub(crate) fn refused(message: impl fmt::Display) -> Self {
        Self { code: 3, message: message.to_string() }
    }

    /// What was to be printed could not be. That whoever read it has gone away is no news to them.
    pub(crate) fn output(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self { code: 1, message: String::new() },
            _ => Self::fault(format!("cannot write to standard output: {error}")),
        }
    }

    /// Tells the person, on standard error.
    pub(crate) fn tell(&self) {
        if !self.message.is_empty() {
            eprintln!("placet: {}", visible(&self.message));
        }
    }

    pub(crate) fn exit_code(&self) -> ExitCode {
        ExitCode::from(self.code)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<placet_desk::Error> for Failure {
    fn from(error: placet_desk::Error) -> Self {
        match error.code {
            ErrorCode::Fault | ErrorCode::Keys => Self::fault(error),
            ErrorCode::LeaseLost
            | ErrorCode::HeldByAnother
            | ErrorCode::Closed
            | ErrorCode::AnswerRefused
            | ErrorCode::TooLate
            | ErrorCode::Missing
            | ErrorCode::Invalid => Self::refused(error),
        }
    }
}

impl From<OpenError> for Failure {
    fn from(error: OpenError) -> Self {
        Self::fault(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::fault(error)
    }
}
