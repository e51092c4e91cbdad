//! Journeys over the public surface, one a file: each starts where an engine pauses and ends where it
//! resumes, or says why it does not.

mod approve;
mod audit;
mod callback_step;
mod correct;
mod crash;
mod deadline;
mod keys;
mod lease_lost;
mod profile;
mod receiver_down;
mod refused;
mod reject;
mod skip;
mod store_refuses;
mod submit_file;
mod supervise;
mod twice;
mod two_deciders;
mod undo;
