//! What the tests stand on: a desk at work, a receiver, the real command.

mod office;
mod placet;
mod receiver;

pub use office::{Office, draft, hold, pets, refunds};
pub use placet::{Placet, Server, binary};
pub use receiver::{Received, Receiver};
