//! moto.

use reqwest::Client;
use serde_json::json;
use xtask::house;

use super::{Aws, Tokens};
use crate::real::process::{Process, free_port};

impl Aws {
    /// As moto plays it.
    pub(crate) async fn moto() -> Self {
        let (mut process, port) = (Process::new("moto"), free_port().to_string());
        let python = house::engine("aws").join("bin").join("python");
        process.run(&python, &["-I", "-m", "moto.server", "-H", "127.0.0.1", "-p", &port], &[]);
        let endpoint = format!("http://127.0.0.1:{port}");
        process.answers(&format!("{endpoint}/moto-api/data.json")).await;
        // Otherwise it notes executions down and runs none.
        tell(&endpoint, "config", json!({ "stepfunctions": { "execute_state_machine": true } }).to_string())
            .await;
        check_who_asks(&endpoint, false).await;
        let aws = Self::with_users(process, endpoint, Tokens::SentByNobody).await;
        check_who_asks(&aws.endpoint, true).await;
        aws
    }
}

/// Has it check signatures and policies from the next request on, or none from then on.
pub(super) async fn check_who_asks(endpoint: &str, check: bool) {
    // The number of requests after which it begins.
    tell(endpoint, "reset-auth", if check { "0" } else { "inf" }.to_owned()).await;
}

async fn tell(endpoint: &str, what: &str, body: String) {
    let request = Client::new().post(format!("{endpoint}/moto-api/{what}")).body(body);
    // Without a type it reads no body.
    let answer = request.header("content-type", "text/plain").send().await.expect("moto answers");
    assert!(answer.status().is_success(), "moto said {} to {what}", answer.status());
}
