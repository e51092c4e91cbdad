//! What a person can do at Placet: everything but the window.
//!
//! [`Desk`] joins the ledger, the door where items come in and the worker that sends answers out. The
//! window and the `placet` command both ask it [`verb`]s.

mod contract;
mod deadlines;
mod desk;
mod door;
mod error;
mod home;
mod log;
mod profile;
mod protocols;
mod reach;
mod show;
pub mod verb;
pub mod view;

pub use desk::{Attachment, Desk, EnvironmentError, OpenError, Serving, Settings, now};
pub use error::{Error, ErrorCode, Result};
pub use home::{default_home, default_reviewer};
pub use log::log_to_stderr;
pub use reach::Reach;
pub use verb::Verb;
