//! `noctis-dicom-rx conformance`: a DICOM conformance statement (PS3.2), made of the tables that the program itself
//! goes by, so that it cannot say anything else than the program does.

use std::fmt::Write as _;

use dicom_core::dictionary::UidDictionary as _;
use dicom_dictionary_std::{StandardSopClassDictionary, uids};

use crate::association::{status, syntaxes::is_known_storage};
use crate::config::Config;
use crate::{IMPLEMENTATION_CLASS_UID, IMPLEMENTATION_VERSION_NAME};

/// The statement for a configuration, as Markdown.
pub fn conformance(config: &Config) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    if write(&mut text, config).is_err() {
        text.clear();
    }
    text
}

fn write(out: &mut String, config: &Config) -> std::fmt::Result {
    writeln!(
        out,
        "# DICOM conformance statement: noctis-dicom-rx {}\n",
        env!("CARGO_PKG_VERSION")
    )?;
    writeln!(
        out,
        "One application entity that accepts associations and stores what it is sent. It opens none but for\nresults of storage commitment.\n"
    )?;
    writeln!(out, "| | |\n|---|---|")?;
    writeln!(out, "| Application context | 1.2.840.10008.3.1.1.1 |")?;
    writeln!(out, "| Implementation class UID | {IMPLEMENTATION_CLASS_UID} |")?;
    writeln!(
        out,
        "| Implementation version name | {IMPLEMENTATION_VERSION_NAME} |"
    )?;
    writeln!(out, "| AE title | {} |", config.ae_title)?;
    writeln!(out, "| Called titles | {} |", any(&config.called_ae_titles))?;
    writeln!(out, "| Calling titles | {} |", any(&config.calling_ae_titles))?;
    writeln!(out, "| Associations at one time | {} |", config.max_associations)?;
    writeln!(out, "| Maximum PDU, offered and enforced | {} |", config.max_pdu)?;
    writeln!(out, "| ARTIM timeout | {} s |", config.artim_s)?;
    writeln!(out, "| Largest object | {} bytes |", config.max_object_bytes)?;
    writeln!(out, "\n## Transfer syntaxes\n")?;
    writeln!(
        out,
        "Of several that a context proposes, the first of this list is accepted"
    )?;
    writeln!(
        out,
        "(profile `{:?}`). Big endian and deflated datasets are stored as they are sent.\n",
        config.transfer_syntaxes
    )?;
    for uid in config.transfer_syntaxes.accepted() {
        writeln!(out, "- {uid}")?;
    }
    if config.accept_unknown_transfer_syntaxes {
        writeln!(
            out,
            "- any other, private ones too, when none of these is proposed"
        )?;
    }
    writeln!(out, "\n## SOP classes, as SCP\n")?;
    writeln!(out, "- 1.2.840.10008.1.1 Verification")?;
    for (uid, name) in storage_classes() {
        writeln!(out, "- {uid} {name}")?;
    }
    if config.accept_unknown_sop_classes {
        writeln!(
            out,
            "- storage classes that this version does not know, private ones too"
        )?;
    }
    if config.commitment.enabled {
        writeln!(
            out,
            "- {} Storage Commitment Push Model",
            uids::STORAGE_COMMITMENT_PUSH_MODEL
        )?;
    }
    writeln!(out, "\n## C-STORE\n")?;
    writeln!(
        out,
        "Success is answered when the object and its event are durable (`durability`: {:?}). Storage is level 2 (full,\nPS3.4 B.4.1): every element is kept as it was sent; nothing is coerced.\n",
        config.durability
    )?;
    write_statuses(out, &status::OF_STORAGE)?;
    if config.commitment.enabled {
        writeln!(out, "\n## Storage commitment\n")?;
        writeln!(
            out,
            "Results (N-EVENT-REPORT) go to the addresses of `commitment.peers`, on associations that this application\nentity opens, with the role of provider; to others on the association of the request.\n"
        )?;
        write_statuses(out, &status::OF_COMMITMENT)?;
    }
    writeln!(out, "\n## Character sets\n\nAny: datasets are not changed.")
}

fn write_statuses(out: &mut String, statuses: &[(u16, &str)]) -> std::fmt::Result {
    writeln!(out, "| status | when |\n|---|---|")?;
    for (status, when) in statuses {
        writeln!(out, "| {status:04X} | {when} |")?;
    }
    Ok(())
}

fn any(titles: &[String]) -> String {
    if titles.is_empty() {
        "any".to_owned()
    } else {
        titles.join(", ")
    }
}

/// Every storage class that is accepted by name. The dictionary can be asked and not be read through, so all UIDs under
/// the roots of storage classes are asked for.
fn storage_classes() -> Vec<(String, &'static str)> {
    const ROOT: &str = "1.2.840.10008.5.1.4";
    let mut found = vec![];
    let mut ask = |uid: String| {
        if is_known_storage(&uid)
            && let Some(class) = StandardSopClassDictionary.by_uid(&uid)
        {
            found.push((uid, class.name));
        }
    };
    for first in 1..700 {
        ask(format!("{ROOT}.1.1.{first}"));
        for second in 1..100 {
            ask(format!("{ROOT}.1.1.{first}.{second}"));
        }
        for (second, third) in (1..120).flat_map(|second| (1..10).map(move |third| (second, third))) {
            ask(format!("{ROOT}.1.1.{first}.{second}.{third}"));
        }
        // Below these only.
        for (third, fourth) in (1..10).flat_map(|third| (1..10).map(move |fourth| (third, fourth))) {
            ask(format!("{ROOT}.1.1.{first}.1.{third}.{fourth}"));
        }
    }
    for (first, second) in (2..200).flat_map(|first| (1..20).map(move |second| (first, second))) {
        ask(format!("{ROOT}.{first}.{second}"));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::status;

    #[test]
    fn the_readme_has_the_same_statuses() {
        let readme = include_str!("../README.md");
        let answers = readme.split("## ").find(|part| part.starts_with("Answers\n"));
        let rows: Vec<&str> = answers
            .unwrap_or_default()
            .lines()
            .filter(|line| line.starts_with("| `"))
            .collect();
        let expected: Vec<String> = status::OF_STORAGE
            .iter()
            .map(|(status, when)| format!("| `{status:04X}` | {when} |"))
            .collect();
        assert_eq!(rows.len(), expected.len());
        for row in &expected {
            assert!(rows.contains(&row.as_str()), "{row}");
        }
    }
}
