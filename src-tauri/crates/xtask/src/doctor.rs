//! Tells what is installed, what is missing and how to get it.

use anyhow::Result;
use serde_json::json;

use crate::machine::{Tool, tools};

/// Prints the state of this machine; true if nothing is missing.
pub fn examine(as_json: bool) -> Result<bool> {
    let tools = tools();
    if as_json {
        let rows: Vec<_> = tools
            .iter()
            .map(|tool| {
                json!({
                    "name": tool.name,
                    "purpose": tool.purpose,
                    "found": tool.found,
                    "get": tool.origin.recipe(),
                })
            })
            .collect();
        println!("{}", serde_json::to_string_pretty(&rows)?);
    } else {
        print!("{}", table(&tools));
    }
    Ok(tools.iter().all(|tool| tool.found.is_some()))
}

fn table(tools: &[Tool]) -> String {
    let mut table = String::new();
    for tool in tools {
        let (state, words) = match &tool.found {
            Some(found) => ("ok", found.clone()),
            None => ("MISSING", format!("for {}: {}", tool.purpose, tool.origin.recipe())),
        };
        table += &format!("{:<8} {:<18} {words}\n", state, tool.name);
    }
    let missing = tools.iter().filter(|tool| tool.found.is_none()).count();
    table += &match missing {
        0 => "nothing is missing\n".to_owned(),
        1 => "1 thing is missing\n".to_owned(),
        many => format!("{many} things are missing\n"),
    };
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::machine::Origin;

    #[test]
    fn what_is_missing_is_said_with_the_way_to_get_it() {
        let there = Tool {
            name: "git",
            purpose: "the source",
            origin: Origin::Person("https://git-scm.com"),
            found: Some("git version 2".into()),
        };
        let missing =
            Tool { name: "Xvfb", purpose: "tests", origin: Origin::Packages(&["xvfb"]), found: None };
        let table = table(&[there, missing]);
        assert!(table.contains("ok       git                git version 2"), "{table}");
        assert!(table.contains("MISSING  Xvfb               for tests: apt-get install xvfb"), "{table}");
        assert!(table.ends_with("1 thing is missing\n"), "{table}");
    }
}
