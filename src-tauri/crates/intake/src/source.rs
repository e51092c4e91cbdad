//! Where items come in from. Each source is one folder here and ends at [`crate::Inbox::admit`].

pub mod http;
