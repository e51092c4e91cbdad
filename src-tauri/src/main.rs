//! Placet's window.
#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod attachment;
mod commands;
mod desk;

use tauri::{Manager as _, RunEvent};

use crate::desk::OpenedDesk;

fn main() -> anyhow::Result<()> {
    placet_desk::log_to_stderr("info");
    let mut builder = tauri::Builder::default();
    // A ledger of its own is an app of its own; without one, a second start shows the first window.
    if std::env::var_os("PLACET_HOME").is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _arguments, _folder| {
            if let Some(window) = app.get_webview_window("main") {
                // A window that cannot be shown is no reason to end the app that holds the ledger.
                let _ = window.unminimize().and_then(|()| window.set_focus());
            }
        }));
    }
    let app = builder
        .plugin(tauri_plugin_window_state::Builder::default().build())
        .register_uri_scheme_protocol("attachment", attachment::serve)
        .invoke_handler(tauri::generate_handler![commands::ask])
        .setup(|app| {
            app.manage(tauri::async_runtime::block_on(OpenedDesk::open(app.handle())));
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        if let RunEvent::Exit = event {
            tauri::async_runtime::block_on(app.state::<OpenedDesk>().close());
        }
    });
    Ok(())
}
