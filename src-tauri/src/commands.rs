//! The window's one door to the desk: a verb by its name, its request and its answer in JSON.

use placet_desk::{Error, verb};
use serde_json::Value;
use tauri::State;

use crate::desk::OpenedDesk;

/// Asks a verb of the desk as the person at this window.
#[tauri::command]
pub(crate) async fn ask(opened: State<'_, OpenedDesk>, verb: String, request: Value) -> Result<Value, Error> {
    let (desk, reviewer) = opened.desk()?;
    verb::answer(desk, reviewer, &verb, request).await
}
