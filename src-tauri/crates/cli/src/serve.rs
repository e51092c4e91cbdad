//! Taking items in and sending answers out, without a window.

use placet_desk::{Desk, Settings};

use crate::failure::Failure;
use crate::print::Printer;

pub(crate) async fn run(settings: Settings, printer: Printer) -> Result<(), Failure> {
    let desk = Desk::open(settings)?;
    let serving = desk.serve().await?;
    let started = serde_json::json!({ "intake": desk.intake_address() });
    printer.document(&started, |_| format!("Items come in at {}. Ctrl-C stops.", desk.intake_address()))?;
    stop_asked_for().await?;
    serving.stop().await;
    Ok(())
}

/// Returns when the person or the system asks to stop.
pub(crate) async fn stop_asked_for() -> Result<(), Failure> {
    #[cfg(unix)]
    {
        let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted?,
            _ = terminate.recv() => {}
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await?;
    Ok(())
}
