//! What the tests stand on: a desk at work, a receiver, the real command, the real window.

mod office;
mod patience;
mod placet;
mod receiver;
#[cfg(feature = "desktop")]
mod webdriver;

pub use office::{Office, draft, hold, pets, refunds};
pub use patience::eventually;
pub use placet::{Demo, Placet, Server, binary};
pub use receiver::{Received, Receiver};
#[cfg(feature = "desktop")]
pub use webdriver::{Violation, Window};
