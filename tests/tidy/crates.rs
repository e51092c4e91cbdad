//! Who may name whom: the direction between the rooms, and the libraries that have one door only.

use serde::Deserialize;
use xtask::house;

use crate::expect_none;

/// Each room, and the rooms it may name: `review <- store <- {intake, delivery} <- desk <- {cli, shell}`.
const ROOMS: &[(&str, &[&str])] = &[
    ("placet-review", &[]),
    ("placet-store", &["placet-review"]),
    ("placet-intake", &["placet-review", "placet-store"]),
    ("placet-delivery", &["placet-review", "placet-store"]),
    ("placet-desk", &["placet-review", "placet-store", "placet-intake", "placet-delivery"]),
    // An engine of its own, which knows Placet by its wire only.
    ("placet-demo", &[]),
    (
        "placet-cli",
        &["placet-review", "placet-store", "placet-intake", "placet-delivery", "placet-desk", "placet-demo"],
    ),
    ("placet-desktop", &["placet-review", "placet-store", "placet-intake", "placet-delivery", "placet-desk"]),
    ("xtask", &[]),
    (
        "placet-tests",
        &[
            "placet-review",
            "placet-store",
            "placet-intake",
            "placet-delivery",
            "placet-desk",
            "placet-demo",
            "xtask",
        ],
    ),
    (
        "placet-bench",
        &["placet-review", "placet-store", "placet-delivery", "placet-desk", "placet-tests", "xtask"],
    ),
    (
        "placet-soak",
        &[
            "placet-review",
            "placet-store",
            "placet-delivery",
            "placet-desk",
            "placet-tests",
            "placet-fuzz",
            "xtask",
        ],
    ),
    ("placet-fuzz", &["placet-review", "placet-store", "placet-intake", "placet-delivery"]),
];

/// Libraries (and whatever is called after them) with the only rooms that may name them.
const DOORS: &[(&str, &[&str])] = &[
    // The bench writes bare programs to compare with; the soak reads a ledger with other eyes than its own, and tampers
    // with it.
    ("rusqlite", &["placet-store", "placet-bench", "placet-soak"]),
    ("tauri", &["placet-desktop"]),
    // The demo is an engine of its own, and the tests are everybody who is outside.
    ("reqwest", &["placet-delivery", "placet-demo", "placet-tests", "placet-bench", "placet-soak"]),
    ("hyper", &["placet-bench"]),
    ("keyring", &["placet-delivery"]),
];

/// What does I/O, keeps time or draws at random, and so has no place in `review`.
const IMPURE: &[&str] =
    &["tokio", "async-std", "reqwest", "rusqlite", "rand", "getrandom", "fastrand", "tempfile"];

#[derive(Debug, Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Debug, Deserialize)]
struct Package {
    name: String,
    license: Option<String>,
    dependencies: Vec<Dependency>,
}

#[derive(Debug, Deserialize)]
struct Dependency {
    name: String,
    /// `dev`, `build`, or nothing for an ordinary one.
    kind: Option<String>,
}

fn metadata() -> Metadata {
    let asked =
        house::cargo().args(["metadata", "--no-deps", "--format-version", "1"]).output().expect("cargo runs");
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    serde_json::from_slice(&asked.stdout).expect("cargo's own format")
}

fn wrong_ways(house: &Metadata) -> Vec<String> {
    let mut wrong = Vec::new();
    let is_room = |name: &str| ROOMS.iter().any(|(room, _)| *room == name);
    for package in &house.packages {
        let Some((room, may_name)) = ROOMS.iter().find(|(room, _)| *room == package.name) else {
            wrong.push(format!(
                "{} is no room of the house: say in tests/tidy whom it may name",
                package.name
            ));
            continue;
        };
        for name in package.dependencies.iter().map(|dependency| dependency.name.as_str()) {
            if (is_room(name) || name.starts_with("placet-")) && !may_name.contains(&name) {
                wrong.push(format!("{room} names {name}, against the direction of the house"));
            }
        }
    }
    wrong
}

fn wrong_doors(house: &Metadata) -> Vec<String> {
    let mut wrong = Vec::new();
    for package in &house.packages {
        for Dependency { name, .. } in &package.dependencies {
            let door = DOORS.iter().find(|(library, _)| {
                name == library || name.strip_prefix(library).is_some_and(|rest| rest.starts_with(['-', '_']))
            });
            if let Some((library, rooms)) = door
                && !rooms.contains(&package.name.as_str())
            {
                wrong.push(format!(
                    "{} names {name}; only {} may name {library}",
                    package.name,
                    rooms.join(", ")
                ));
            }
        }
    }
    wrong
}

fn impure_words(house: &Metadata) -> Vec<String> {
    let review = house.packages.iter().filter(|package| package.name == "placet-review");
    review
        .flat_map(|package| &package.dependencies)
        // Its tests may do what they like: they do not ship.
        .filter(|dependency| dependency.kind.as_deref() != Some("dev"))
        .filter(|dependency| IMPURE.contains(&dependency.name.as_str()))
        .map(|dependency| format!("review is pure and cannot name {}", dependency.name))
        .collect()
}

fn other_licences(house: &Metadata) -> Vec<String> {
    let licensed = |package: &&Package| package.license.as_deref() != Some("MIT OR Apache-2.0");
    house
        .packages
        .iter()
        .filter(licensed)
        .map(|package| format!("{}: {:?}", package.name, package.license))
        .collect()
}

#[test]
fn the_rooms_keep_their_direction() {
    expect_none(wrong_ways(&metadata()));
}

#[test]
fn what_has_one_door_is_named_there_only() {
    expect_none(wrong_doors(&metadata()));
}

#[test]
fn the_words_depend_on_nothing_that_acts() {
    expect_none(impure_words(&metadata()));
}

#[test]
fn every_room_has_the_same_licence() {
    expect_none(other_licences(&metadata()));
}

#[test]
fn a_house_that_is_wrong_is_objected_to() {
    let house = |name: &str, on: &str, kind: Option<&str>| Metadata {
        packages: vec![Package {
            name: name.into(),
            license: Some("GPL-3.0".into()),
            dependencies: vec![Dependency { name: on.into(), kind: kind.map(str::to_owned) }],
        }],
    };
    assert_eq!(wrong_ways(&house("placet-review", "placet-store", None)).len(), 1);
    assert_eq!(
        wrong_ways(&house("placet-intake", "placet-delivery", Some("dev"))).len(),
        1,
        "never, not even in tests"
    );
    assert_eq!(wrong_ways(&house("placet-demo", "placet-review", None)).len(), 1);
    assert_eq!(wrong_ways(&house("placet-new", "serde", None)).len(), 1, "a new room says whom it may name");
    assert!(wrong_ways(&house("placet-store", "placet-review", None)).is_empty());

    assert_eq!(wrong_doors(&house("placet-desk", "rusqlite_migration", None)).len(), 1);
    assert_eq!(wrong_doors(&house("placet-cli", "tauri-plugin-dialog", None)).len(), 1);
    assert_eq!(wrong_doors(&house("placet-intake", "reqwest", Some("dev"))).len(), 1);
    assert!(wrong_doors(&house("placet-store", "rusqlite", None)).is_empty());

    assert_eq!(impure_words(&house("placet-review", "tokio", None)).len(), 1);
    assert!(impure_words(&house("placet-review", "tempfile", Some("dev"))).is_empty());
    assert_eq!(other_licences(&house("placet-review", "serde", None)).len(), 1);
}
