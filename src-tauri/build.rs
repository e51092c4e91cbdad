//! Hands the configuration and the pages of the window to Tauri.

fn main() {
    tauri_build::build();
}
