//! ministack.

use xtask::house;

use super::{Aws, Tokens};
use crate::real::process::{Process, free_port};

impl Aws {
    /// As ministack plays it.
    pub(crate) async fn ministack() -> Self {
        let (mut process, port) = (Process::new("ministack"), free_port().to_string());
        let python = house::engine("aws").join("bin").join("python");
        let environment = [
            ("GATEWAY_PORT", port.as_str()),
            ("BIND_HOST", "127.0.0.1"),
            ("MINISTACK_HOST", "127.0.0.1"),
            ("AUTH", "true"),
            // Both would listen on ports of their own, the second on every network.
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
        ];
        process.run(&python, &["-I", "-m", "ministack"], &environment);
        let endpoint = format!("http://127.0.0.1:{port}");
        process.answers(&format!("{endpoint}/_ministack/health")).await;
        Self::with_users(process, endpoint, Tokens::Sent).await
    }
}
