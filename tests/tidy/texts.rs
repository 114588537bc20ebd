//! What texts in the repository may name, and what they must keep true.

use crate::{assert_none, files, files_of, root, text};
use std::path::Path;

/// The hosts of package registries, in two parts, so that this file does not name them either.
const HOSTS: [[&str; 2]; 7] = [
    ["registry.npmjs", ".org"],
    ["index.crates", ".io"],
    ["static.crates", ".io"],
    ["files.pythonhosted", ".org"],
    ["pypi.org", "/simple"],
    ["deb.debian", ".org"],
    ["static.rust-lang", ".org"],
];

#[test]
fn no_file_names_a_registry_or_a_folder_of_one_machine() {
    let forbidden: Vec<String> = HOSTS
        .iter()
        .map(|parts| parts.concat())
        .chain([["/wo", "rk/"].concat(), ["/tmp", "/t-"].concat()])
        .collect();
    let mut findings = Vec::new();
    let mut looked_at = 0;
    for file in files() {
        let Some(text) = text(&file) else { continue };
        looked_at += 1;
        for (index, line) in text.lines().enumerate() {
            if let Some(word) = forbidden.iter().find(|word| line.contains(*word)) {
                findings.push(format!("{file}:{}: names {word}", index + 1));
            }
        }
    }
    assert!(looked_at > 50, "only {looked_at} text files");
    assert_none("texts that are true on one machine only", &findings);
}

#[test]
fn the_readme_has_exactly_the_two_commands() {
    let readme = text("README.md").expect("README.md");
    let mut commands = Vec::new();
    let mut inside = false;
    for line in readme.lines() {
        if line.starts_with("```") {
            inside = !inside;
        } else if inside && !line.trim().is_empty() {
            commands.push(line.trim());
        }
    }
    assert_eq!(commands, ["cargo xtask demo", "cargo xtask test"]);
}

#[test]
fn links_between_documents_lead_somewhere() {
    let mut findings = Vec::new();
    let mut links = 0;
    for file in files_of("", ".md") {
        let folder = Path::new(&file).parent().unwrap_or(Path::new(""));
        let text = text(&file).unwrap_or_default();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap_or_default();
            if path.is_empty() || path.contains("://") {
                continue;
            }
            links += 1;
            if !root().join(folder).join(path).exists() {
                findings.push(format!("{file}: {target}"));
            }
        }
    }
    assert!(links > 0, "no link found at all");
    assert_none("links that lead nowhere", &findings);
}

#[test]
fn every_crate_says_what_it_is() {
    let manifests = files_of("", "Cargo.toml");
    let mut findings = Vec::new();
    let mut crates = 0;
    for manifest in manifests.iter().filter(|file| file.as_str() != "Cargo.toml") {
        let folder = manifest.trim_end_matches("Cargo.toml");
        for entry in ["src/lib.rs", "src/main.rs"] {
            let Some(text) = text(&format!("{folder}{entry}")) else {
                continue;
            };
            crates += 1;
            let first = text.lines().next().unwrap_or_default();
            let described = first.starts_with("//! ") || first.starts_with("#![doc = include_str!(");
            if !described || first.contains("(being built)") {
                findings.push(format!(
                    "{folder}{entry} must begin with a doc comment that says what it is"
                ));
            }
        }
    }
    assert!(crates >= 9, "only {crates} crates");
    assert_none("crates without a doc comment", &findings);
}

/// Shaders that have no twin: 64-bit integers, which Rust has, the entry points, how taps are read, and what
/// `viewer_core::plan` has computed.
const WITHOUT_TWIN: [&str; 24] = [
    "layers.wgsl",
    "layers_sint.wgsl",
    "layers_uint.wgsl",
    "ray_gather.wgsl",
    "ray_light.wgsl",
    "ray_load.wgsl",
    "ray_show.wgsl",
    "ray_slices.wgsl",
    "fixed.wgsl",
    "slice.wgsl",
    "taps_gather.wgsl",
    "taps_load.wgsl",
    "curve.wgsl",
    "table.wgsl",
    "volume.wgsl",
    "volume_gather.wgsl",
    "volume_gentle.wgsl",
    "volume_load.wgsl",
    "volume_plane.wgsl",
    "volume_sint.wgsl",
    "volume_slab.wgsl",
    "volume_slices.wgsl",
    "volume_taps.wgsl",
    "volume_uint.wgsl",
];

#[test]
fn every_shader_and_its_twin_name_each_other() {
    let shaders = files_of("crates/viewer-shaders/src/shaders/", ".wgsl");
    assert!(shaders.len() >= 4, "only {} shaders", shaders.len());
    let mut findings = Vec::new();
    for shader in &shaders {
        let name = shader.rsplit('/').next().unwrap_or_default();
        if WITHOUT_TWIN.contains(&name) {
            continue;
        }
        let twin = name.replace(".wgsl", ".rs").replace("volume_", "volume/");
        let twin = twin.replace("ray_", "raycast/");
        let twin = if name == "ray.wgsl" {
            "raycast/ray.rs".to_owned()
        } else {
            twin
        };
        let twin = format!("crates/viewer-core/src/cpu/{twin}");
        let [theirs, ours] = [&twin, shader].map(|file| text(file).unwrap_or_default());
        let named = |text: &str, file: &str| text.contains(file.trim_start_matches("crates/"));
        if !named(&ours, &twin) || !named(&theirs, shader) {
            findings.push(format!("{shader} and {twin} must exist and name each other"));
        }
    }
    assert_none("shaders without their CPU twin", &findings);
}
