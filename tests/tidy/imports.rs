//! Who may know whom, as ARCHITECTURE.md says.

use crate::{assert_none, files_of, root, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// Names of all packages that each package of the workspace reaches through normal dependencies on any target.
fn reach() -> BTreeMap<String, BTreeSet<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--locked"])
        .current_dir(root())
        .output()
        .expect("cargo runs");
    assert!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    let metadata: Value = serde_json::from_slice(&output.stdout).expect("cargo metadata prints JSON");
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let names: BTreeMap<String, String> = list(&metadata["packages"])
        .iter()
        .map(|package| (word(&package["id"]), word(&package["name"])))
        .collect();
    let mut direct: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for node in list(&metadata["resolve"]["nodes"]) {
        let needs = list(&node["deps"])
            .iter()
            .filter(|need| list(&need["dep_kinds"]).iter().any(|kind| kind["kind"].is_null()))
            .map(|need| word(&need["pkg"]))
            .collect();
        direct.insert(word(&node["id"]), needs);
    }
    let mut reach = BTreeMap::new();
    for member in list(&metadata["workspace_members"]).iter().map(word) {
        let mut seen = BTreeSet::new();
        let mut open = direct.get(&member).cloned().unwrap_or_default();
        while let Some(id) = open.pop() {
            if seen.insert(id.clone()) {
                open.extend(direct.get(&id).cloned().unwrap_or_default());
            }
        }
        reach.insert(
            names[&member].clone(),
            seen.iter().map(|id| names[id].clone()).collect(),
        );
    }
    assert!(
        reach.len() >= 9,
        "the workspace has more members: {:?}",
        reach.keys()
    );
    reach
}

#[test]
fn no_room_reaches_what_must_not_enter_it() {
    const VIEWER: [&str; 5] = [
        "viewer-core",
        "viewer-gpu",
        "viewer-shaders",
        "viewer-web",
        "viewer-decode",
    ];
    let reach = reach();
    let mut findings = Vec::new();
    let mut forbid = |room: &str, strangers: &[&str]| {
        let reached = reach.get(room).unwrap_or_else(|| panic!("no package {room}"));
        for stranger in strangers.iter().filter(|stranger| reached.contains(**stranger)) {
            findings.push(format!(
                "{room} reaches {stranger}; see `cargo tree -p {room} -i {stranger}`"
            ));
        }
    };
    forbid("viewer-core", &["wgpu", "tokio", "rayon", "viewer-gpu"]);
    forbid("viewer-core", &["codecs", "codec-jpeg"]);
    forbid(
        "viewer-decode",
        &["wgpu", "viewer-gpu", "viewer-web", "codecs", "codec-jpeg"],
    );
    for codec in [
        "codec-deflate",
        "codec-icc",
        "codec-jpeg",
        "codec-jpeg2000",
        "codec-jpegls",
        "codec-jpegxl",
    ] {
        forbid(codec, &["viewer-core", "wasm-bindgen", "dicom-core"]);
    }
    forbid("noctis-dicom-rx", &VIEWER);
    forbid("noctis-dicom-rx", &["dicom-pixeldata", "jpeg-decoder", "wgpu"]);
    forbid("phantom", &VIEWER);
    for room in VIEWER {
        forbid(room, &["noctis-dicom-rx", "dicom-ul", "rusqlite", "hyper"]);
    }
    assert_none("rooms with strangers in them", &findings);
}

/// Lines of code below `folder` that name one of `words`; comments do not count.
fn lines_naming(folder: &str, words: &[&str]) -> Vec<String> {
    let files = files_of(folder, ".rs");
    assert!(
        !files.is_empty(),
        "no Rust file below {folder}: the rule looks in the wrong place"
    );
    let mut found = Vec::new();
    for file in files {
        for (index, line) in text(&file).unwrap_or_default().lines().enumerate() {
            let code = line.split("//").next().unwrap_or_default();
            if words.iter().any(|word| code.contains(word)) {
                found.push(format!("{file}:{}: {}", index + 1, code.trim()));
            }
        }
    }
    found
}

#[test]
fn only_the_two_doors_speak_javascript() {
    const WORDS: [&str; 4] = ["JsValue", "web_sys", "js_sys", "wasm_bindgen"];
    for room in [
        "viewer-core",
        "viewer-codec",
        "viewer-gpu",
        "viewer-shaders",
        "probe",
        "receiver",
        "phantom",
    ] {
        let found = lines_naming(&format!("crates/{room}/src/"), &WORDS);
        assert_none("JavaScript outside viewer-web and viewer-decode", &found);
    }
    assert!(
        !lines_naming("crates/viewer-web/src/", &WORDS).is_empty(),
        "the rule recognises what it looks for"
    );
}

#[test]
fn rendering_never_decodes() {
    let words = ["viewer_core::decode", "decode::", "dicom_object", "dicom_core"];
    for room in ["viewer-gpu", "viewer-shaders", "viewer-web"] {
        assert_none(
            "decoding in a render room",
            &lines_naming(&format!("crates/{room}/src/"), &words),
        );
    }
}

#[test]
fn the_core_has_no_world() {
    let words = [
        "std::fs",
        "std::net",
        "std::thread",
        "std::time",
        "std::env",
        "std::process",
        "unsafe ",
    ];
    assert_none(
        "IO, clocks, threads or unsafe in viewer-core",
        &lines_naming("crates/viewer-core/src/", &words),
    );
}

#[test]
fn unsafe_is_forbidden_where_bytes_come_from_outside() {
    for (room, entry) in [
        ("viewer-core", "lib.rs"),
        ("receiver", "lib.rs"),
        ("receiver", "main.rs"),
        ("probe", "main.rs"),
        ("phantom", "lib.rs"),
    ] {
        let file = format!("crates/{room}/src/{entry}");
        let text = text(&file).unwrap_or_default();
        assert!(
            text.contains("#![forbid(unsafe_code)]"),
            "{file} must say #![forbid(unsafe_code)]"
        );
    }
}
