//! Asks axe whether people who see, hear or move differently can use what the window shows.

use std::fs;

use anyhow::{Context, Result};
use serde::Deserialize;
use xtask::house;

use super::Window;

/// Something that axe found wrong.
#[derive(Debug, Deserialize)]
pub struct Violation {
    /// The rule that is broken.
    pub id: String,
    /// What the rule asks for.
    pub help: String,
    /// The elements that break it.
    pub elements: Vec<String>,
}

const RUN: &str = r"
    const done = arguments[arguments.length - 1];
    axe.run(document, { resultTypes: ['violations'] })
        .then(({ violations }) => done({ Ok: violations.map(({ id, help, nodes }) =>
            ({ id, help, elements: nodes.map((node) => node.html) })) }))
        .catch((error) => done({ Err: String(error) }));
";

impl Window {
    /// What axe finds wrong with what the window shows now.
    pub async fn axe(&self) -> Result<Vec<Violation>> {
        if self.eval("return typeof window.axe").await? == "undefined" {
            let file = house::ui().join("node_modules/axe-core/axe.min.js");
            let source =
                fs::read_to_string(&file).with_context(|| format!("{} is missing", file.display()))?;
            // As a script of the driver it is no script of the page, so the page's own rules let it run.
            self.eval(&source).await?;
        }
        let answer = self.session.execute_async(RUN, vec![]).await.context("axe does not answer")?;
        let found: Result<Vec<Violation>, String> = answer.convert().context("axe answers strangely")?;
        found.map_err(anyhow::Error::msg).context("axe fails")
    }
}
