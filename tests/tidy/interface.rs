//! Who may import whom in the window: `{parts, ipc} <- {actions, words} <- kinds <- features <- app`.

use std::collections::BTreeSet;

use crate::expect_none;
use crate::whole::{Text, texts};

const SOURCE: &str = "ui/src/";

/// How far from the ground a folder of `ui/src` stands. It may import what stands lower, and itself.
fn height(folder: &str) -> u8 {
    match folder {
        "parts" | "ipc" => 0,
        "actions" | "words" => 1,
        "kinds" => 2,
        "app" => 4,
        // Files beside the folders start the app.
        "" => 5,
        // Every other folder is a feature.
        _ => 3,
    }
}

/// What a module imports, word for word.
fn imports(text: &str) -> Vec<&str> {
    let mut imports = Vec::new();
    for before in ["from \"", "from '", "import \"", "import '", "import(\"", "import('"] {
        let quote = &before[before.len() - 1..];
        imports.extend(text.split(before).skip(1).filter_map(|rest| rest.split(quote).next()));
    }
    imports
}

/// The folder of `ui/src` that an import leads to, or `None` if it leads out of it. What has a folder's name is
/// that folder's index.
fn folder_of_import(importer: &str, import: &str, folders: &BTreeSet<&str>) -> Option<String> {
    let mut place: Vec<&str> = match import.strip_prefix("@/") {
        Some(_) => vec![],
        None if import.starts_with('.') => importer.split('/').collect(),
        None => return None,
    };
    // The importer's own name is not part of where it stands.
    place.pop();
    for part in import.strip_prefix("@/").unwrap_or(import).split('/') {
        match part {
            "." => {}
            ".." => {
                place.pop()?;
            }
            name => place.push(name),
        }
    }
    let path = place.join("/");
    Some(if folders.contains(path.as_str()) { path } else { folder(&path).to_owned() })
}

/// The first folder of a path below `ui/src`; nothing for a file that is in none.
fn folder(path: &str) -> &str {
    path.split_once('/').map_or("", |(folder, _)| folder)
}

fn modules(texts: &[Text]) -> impl Iterator<Item = (&str, &Text)> {
    texts
        .iter()
        .filter(|text| [".ts", ".tsx"].iter().any(|ending| text.path.ends_with(ending)))
        .filter_map(|text| Some((text.path.strip_prefix(SOURCE)?, text)))
}

fn wrong_ways(texts: &[Text]) -> Vec<String> {
    let mut wrong = Vec::new();
    let folders: BTreeSet<&str> = modules(texts).map(|(path, _)| folder(path)).collect();
    for (path, text) in modules(texts) {
        let from = folder(path);
        for import in imports(&text.text) {
            let Some(to) = folder_of_import(path, import, &folders) else { continue };
            if from != to && height(&to) >= height(from) {
                wrong.push(format!("{SOURCE}{path} imports {import}: {from} may not import {to}"));
            }
        }
    }
    wrong
}

fn other_doors_to_the_shell(texts: &[Text]) -> Vec<String> {
    let outside = modules(texts).filter(|(path, _)| folder(path) != "ipc");
    outside
        .filter(|(_, text)| text.text.contains("@tauri-apps/"))
        .map(|(path, _)| format!("{SOURCE}{path} names @tauri-apps; only {SOURCE}ipc may"))
        .collect()
}

/// Pages and style sheets that fetch something from elsewhere.
fn remote_content(texts: &[Text]) -> Vec<String> {
    let mut wrong = Vec::new();
    for Text { path, text } in texts {
        let page = path.starts_with("ui/") && [".html", ".css"].iter().any(|ending| path.ends_with(ending));
        let remote = ["http://", "https://", "src=\"//", "href=\"//", "url(//"];
        if page && let Some(word) = remote.iter().find(|word| text.contains(**word)) {
            wrong.push(format!("{path} fetches from elsewhere: {word}"));
        }
    }
    wrong
}

#[test]
fn the_window_keeps_its_direction() {
    expect_none(wrong_ways(&texts()));
}

#[test]
fn only_one_folder_of_the_window_knows_the_shell() {
    expect_none(other_doors_to_the_shell(&texts()));
}

#[test]
fn the_window_fetches_nothing_from_elsewhere() {
    expect_none(remote_content(&texts()));
}

#[test]
fn a_window_that_is_wrong_is_objected_to() {
    let one = |path: &str, line: &str| [Text { path: path.into(), text: format!("{line}\n") }];
    let wrong = |path: &str, line: &str| wrong_ways(&one(path, line)).len();
    assert_eq!(
        wrong("ui/src/inbox/Inbox.tsx", "import { log } from \"../deliveries/log\";"),
        1,
        "features meet"
    );
    assert_eq!(
        wrong("ui/src/parts/Key.tsx", "import { ask } from \"../ipc/ask\";"),
        1,
        "the ground floor meets"
    );
    assert_eq!(wrong("ui/src/kinds/action/View.tsx", "import { x } from '../../inbox/x'"), 1, "upwards");
    assert_eq!(wrong("ui/src/ipc/ask.ts", "export * from \"../app/theme\";"), 1);
    assert_eq!(wrong("ui/src/actions/run.ts", "const x = await import('@/review/draft');"), 1);
    assert_eq!(wrong("ui/src/inbox/Inbox.tsx", "import type {\n  Item,\n} from \"../ipc/types.gen\";"), 0);
    assert_eq!(
        wrong("ui/src/inbox/rows/Row.tsx", "import { queue } from \"../queue\";"),
        0,
        "within one folder"
    );
    assert_eq!(wrong("ui/src/main.tsx", "import { App } from \"./app/App\";"), 0);
    assert_eq!(wrong("ui/src/app/App.tsx", "import { Inbox } from \"../inbox/Inbox\";"), 0);
    assert_eq!(wrong("ui/src/parts/Key.tsx", "import { Kbd } from \"@mantine/core\";"), 0);

    let index = |path: &str, line: &str| {
        let [module] = one(path, line);
        wrong_ways(&[module, Text { path: "ui/src/kinds/index.ts".into(), text: String::new() }]).len()
    };
    assert_eq!(index("ui/src/actions/run.ts", "import { kinds } from \"../kinds\";"), 1, "by its index");
    assert_eq!(index("ui/src/review/Pane.tsx", "import { kinds } from \"../kinds\";"), 0);

    let invoke = "import { invoke } from \"@tauri-apps/api/core\";";
    assert_eq!(other_doors_to_the_shell(&one("ui/src/review/queries.ts", invoke)).len(), 1);
    assert!(other_doors_to_the_shell(&one("ui/src/ipc/ask.ts", invoke)).is_empty());

    assert_eq!(remote_content(&one("ui/index.html", "<script src=\"https://cdn.example/x.js\">")).len(), 1);
    assert_eq!(
        remote_content(&one("ui/src/app/theme.css", "@import url(//fonts.example/inter.css)")).len(),
        1
    );
}
