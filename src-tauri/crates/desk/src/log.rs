//! Where events are written.

use tracing_subscriber::EnvFilter;

/// Writes events to standard error: those that `PLACET_LOG` asks for (in the form of `RUST_LOG`), else
/// those of `level` and above. Events name ids and outcomes, never contents or keys.
pub fn log_to_stderr(level: &str) {
    let mut filter = EnvFilter::try_from_env("PLACET_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    // These write down whole requests and files, and with them credentials.
    for library in ["aws_sigv4=off", "aws_runtime=off"] {
        filter = filter.add_directive(library.parse().expect("a directive"));
    }
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Where events cannot be written, as on a full disk, a complaint on the same standard error would
        // end the thread that made the event.
        .log_internal_errors(false)
        .init();
}
