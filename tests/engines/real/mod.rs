//! Engines that nobody here wrote, each started for one test: AWS Step Functions as moto and ministack play it, Restate,
//! LangGraph, Prefect and Airflow. `start` one, `pause` a task of it, let Placet answer at a `Console`, and read what the engine itself says came
//! of it: `outcome`, or `waits` while it should not have been answered.
//!
//! `cargo xtask test --only engines` installs them, in the versions of the locks that are kept here; Airflow, which wants
//! more of a machine than a check should, is installed by `cargo xtask soak --only airflow`.

#[cfg(feature = "airflow")]
pub(crate) mod airflow;
pub(crate) mod aws;
pub(crate) mod console;
pub(crate) mod langgraph;
pub(crate) mod prefect;
mod process;
pub(crate) mod restate;
mod tests;

use serde::Deserialize;
use serde_json::Value;

/// What came of a task, as its engine tells it.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Outcome {
    /// In the engine's own word.
    pub(crate) status: String,
    pub(crate) output: Option<Value>,
    pub(crate) error: Option<String>,
    pub(crate) cause: Option<String>,
}
