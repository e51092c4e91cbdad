//! A window with one sentence in it: what `cargo xtask bench` compares Placet's window with.

fn main() -> Result<(), tauri::Error> {
    tauri::Builder::default().run(tauri::generate_context!("examples/bare/tauri.conf.json"))
}
