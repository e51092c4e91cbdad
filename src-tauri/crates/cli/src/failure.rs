//! How the command ends when it did not do what was asked.

use std::fmt;
use std::process::ExitCode;

use placet_desk::{ErrorCode, OpenError};

/// Why the command did not do what was asked, with its exit code.
#[derive(Debug)]
pub(crate) struct Failure {
    code: u8,
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

impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self::fault(error)
    }
}
