//! The desk behind the window: opened at start, its changes passed on, closed at the end.

use std::sync::Mutex;
use std::time::Duration;

use placet_desk::verb::ReleaseAll;
use placet_desk::view::Changed;
use placet_desk::{Desk, Error, ErrorCode, Serving, Settings, Verb as _};
use tauri::{AppHandle, Emitter as _};
use tokio::sync::broadcast::error::{RecvError, TryRecvError};

/// The desk, or why there is none: the window then shows the reason instead of the inbox.
pub(crate) struct OpenedDesk {
    desk: Result<Desk, Error>,
    reviewer: String,
    serving: Mutex<Option<Serving>>,
}

impl OpenedDesk {
    pub(crate) async fn open(app: &AppHandle) -> Self {
        let reviewer = placet_desk::default_reviewer();
        match open(app).await {
            Ok((desk, serving)) => Self { desk: Ok(desk), reviewer, serving: Mutex::new(Some(serving)) },
            Err(error) => {
                tracing::error!(%error, "the desk could not be opened");
                let error =
                    Error { code: ErrorCode::Fault, message: format!("Placet could not start: {error}.") };
                Self { desk: Err(error), reviewer, serving: Mutex::new(None) }
            }
        }
    }

    /// The desk and who sits at it.
    pub(crate) fn desk(&self) -> Result<(&Desk, &str), Error> {
        match &self.desk {
            Ok(desk) => Ok((desk, &self.reviewer)),
            Err(error) => Err(error.clone()),
        }
    }

    /// Lets go of what the person holds and waits until attempts under way have ended.
    pub(crate) async fn close(&self) {
        if let Ok((desk, reviewer)) = self.desk()
            && let Err(error) = (ReleaseAll {}).run(desk, reviewer).await
        {
            tracing::warn!(%error, "what was held stays held until its lease ends");
        }
        let serving = self.serving.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        if let Some(serving) = serving {
            serving.stop().await;
        }
    }
}

async fn open(app: &AppHandle) -> anyhow::Result<(Desk, Serving)> {
    let desk = Desk::open(Settings::from_environment()?)?;
    let serving = desk.serve().await?;
    tauri::async_runtime::spawn(pass_changes_on(desk.clone(), app.clone()));
    Ok((desk, serving))
}

const EVERYTHING: [Changed; 4] = [Changed::Items, Changed::Holds, Changed::Deliveries, Changed::Setup];

/// Tells the window what changed, at most twenty times a second however much happens.
async fn pass_changes_on(desk: Desk, app: AppHandle) {
    let mut changes = desk.changes();
    loop {
        let mut changed = match changes.recv().await {
            Ok(change) => vec![Changed::from(change)],
            // Some were missed: all may have changed.
            Err(RecvError::Lagged(_)) => EVERYTHING.to_vec(),
            Err(RecvError::Closed) => return,
        };
        tokio::time::sleep(Duration::from_millis(50)).await;
        loop {
            match changes.try_recv() {
                Ok(change) => changed.push(Changed::from(change)),
                Err(TryRecvError::Lagged(_)) => changed.extend(EVERYTHING),
                Err(TryRecvError::Empty | TryRecvError::Closed) => break,
            }
        }
        for change in EVERYTHING.into_iter().filter(|change| changed.contains(change)) {
            if let Err(error) = app.emit("changed", change) {
                tracing::warn!(%error, "the window was not told of a change");
            }
        }
    }
}
