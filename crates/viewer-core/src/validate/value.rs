//! Values by their representation (PS3.5 section 6.2).

use dicom_core::Tag;

use super::{Findings, name};
use crate::decode::{header::Vr, parse_decimal, text::CharacterSet};

const PART: &str = "PS3.5 6.2";

/// Checks the bytes of a value.
pub(super) fn check(vr: Vr, tag: Tag, bytes: &[u8], charset: &CharacterSet, found: &mut Findings) {
    let letters = std::str::from_utf8(&vr.0).unwrap_or_default();
    let mut wrong = |part: &'static str, what: &str| {
        found.error(tag, part, format!("{} ({letters}) {what}", name(tag)));
    };
    let size = match &vr.0 {
        b"US" | b"SS" => 2,
        b"UL" | b"SL" | b"FL" | b"AT" => 4,
        b"FD" | b"UV" | b"SV" => 8,
        _ => 1,
    };
    if !bytes.len().is_multiple_of(size) {
        wrong(PART, &format!("is not of numbers of {size} bytes"));
    }
    let most = match &vr.0 {
        b"SH" => 16,
        b"LO" | b"PN" => 64,
        b"ST" => 1024,
        b"LT" => 10240,
        _ => 0,
    };
    if most > 0 {
        let text = charset.decode(bytes, vr == Vr(*b"PN"));
        if let Some(what) = text_fault(vr, &text, most) {
            wrong(PART, &what);
        }
        return;
    }
    let Some((is_sound, most, what)) = form(vr) else {
        return;
    };
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_end_matches(['\0', ' ']);
    if text.is_empty() {
        return;
    }
    let part = if vr == Vr(*b"UI") { "PS3.5 9.1" } else { PART };
    for value in text.split('\\') {
        if value.len() > most {
            wrong(
                part,
                &format!("has {} characters; {most} are allowed", value.len()),
            );
            return;
        }
        if !value.trim_matches(' ').is_empty() && !is_sound(value) {
            wrong(part, what);
            return;
        }
    }
}

type Form = (fn(&str) -> bool, usize, &'static str);

/// How values of a representation are written: whether one is, the most characters, and what to say.
fn form(vr: Vr) -> Option<Form> {
    Some(match &vr.0 {
        b"AE" => (is_title, 16, "holds characters that a title does not have"),
        b"AS" => (is_age, 4, "is no age: three digits and D, W, M or Y"),
        b"CS" => (
            is_code,
            16,
            "holds other characters than A to Z, 0 to 9, space and underscore",
        ),
        b"DA" => (is_date, 8, "is no date"),
        b"DS" => (
            |text| parse_decimal(text.trim()).is_some(),
            16,
            "is no decimal number",
        ),
        b"DT" => (is_moment, 26, "is no date and time"),
        b"IS" => (
            |text| text.trim().parse::<i32>().is_ok(),
            12,
            "is no whole number of 32 bits",
        ),
        b"TM" => (is_time, 14, "is no time"),
        b"UI" => (|text| is_uid(text.as_bytes()), 64, "is no UID"),
        _ => return None,
    })
}

/// What is wrong with text; a name may be so long in each of its groups.
fn text_fault(vr: Vr, text: &str, most: usize) -> Option<String> {
    let text = text.trim_end_matches(['\0', ' ']);
    let is_paragraph = matches!(&vr.0, b"ST" | b"LT");
    let values: Vec<&str> = if is_paragraph {
        vec![text]
    } else {
        text.split('\\').collect()
    };
    for value in values {
        let is_name = vr == Vr(*b"PN");
        let groups: Vec<&str> = if is_name {
            value.split('=').collect()
        } else {
            vec![value]
        };
        if is_name && (groups.len() > 3 || groups.iter().any(|group| group.split('^').count() > 5)) {
            return Some("has more than three groups or five components".to_owned());
        }
        if let Some(count) = groups
            .iter()
            .map(|group| group.chars().count())
            .find(|count| *count > most)
        {
            return Some(format!("has {count} characters; {most} are allowed"));
        }
        let is_allowed =
            |c: char| !c.is_control() || (is_paragraph && matches!(c, '\n' | '\r' | '\t' | '\x0c'));
        if !value.chars().all(is_allowed) {
            return Some("holds control characters".to_owned());
        }
    }
    None
}

/// Numbers by dots, none of them empty or with a zero before it (PS3.5 section 9.1).
pub(super) fn is_uid(text: &[u8]) -> bool {
    let is_number = |part: &[u8]| {
        !part.is_empty()
            && part.iter().all(u8::is_ascii_digit)
            && (part == b"0" || part.first() != Some(&b'0'))
    };
    text.len() <= 64 && text.split(|byte| *byte == b'.').all(is_number)
}

fn is_title(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii() && !c.is_ascii_control())
}

fn is_age(text: &str) -> bool {
    let (digits, unit) = text.split_at_checked(3).unwrap_or_default();
    all_digits(digits) && matches!(unit, "D" | "W" | "M" | "Y")
}

fn is_code(text: &str) -> bool {
    text.bytes()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == b' ' || c == b'_')
}

fn all_digits(text: &str) -> bool {
    text.bytes().all(|c| c.is_ascii_digit())
}

/// Whether the text is digits, two for each limit: none of them beyond it, the first ones not below 1 where they count from 1.
fn are_within(text: &str, limits: &[(u8, u8)]) -> bool {
    let pairs = text.as_bytes().as_chunks::<2>();
    all_digits(text)
        && pairs.1.is_empty()
        && pairs.0.len() <= limits.len()
        && pairs.0.iter().zip(limits).all(|([tens, ones], (least, most))| {
            (*least..=*most).contains(&((tens - b'0') * 10 + ones - b'0'))
        })
}

const MONTH_DAY: [(u8, u8); 2] = [(1, 12), (1, 31)];
/// A leap second counts.
const CLOCK: [(u8, u8); 3] = [(0, 23), (0, 59), (0, 60)];

fn is_date(text: &str) -> bool {
    let (year, rest) = text.split_at_checked(4).unwrap_or_default();
    text.len() == 8 && all_digits(year) && are_within(rest, &MONTH_DAY)
}

fn is_time(text: &str) -> bool {
    let (clock, fraction) = text.split_once('.').unwrap_or((text, "0"));
    !clock.is_empty() && are_within(clock, &CLOCK) && is_fraction(clock.len(), 6, fraction, text)
}

/// A fraction of a second comes after whole seconds.
fn is_fraction(digits: usize, needed: usize, fraction: &str, text: &str) -> bool {
    (1..=6).contains(&fraction.len()) && all_digits(fraction) && (digits == needed || !text.contains('.'))
}

fn is_moment(text: &str) -> bool {
    let (moment, zone) = text.find(['+', '-']).map_or((text, ""), |at| text.split_at(at));
    let zone = zone.get(1..).unwrap_or_default();
    let (digits, fraction) = moment.split_once('.').unwrap_or((moment, "0"));
    let (year, rest) = digits.split_at_checked(4).unwrap_or_default();
    let limits = [MONTH_DAY.as_slice(), CLOCK.as_slice()].concat();
    year.len() == 4
        && all_digits(year)
        && are_within(rest, &limits)
        && is_fraction(digits.len(), 14, fraction, moment)
        && (zone.is_empty() || (zone.len() == 4 && are_within(zone, &[(0, 14), (0, 59)])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_those_of_the_standard() {
        for (vr, good, bad) in [
            (
                b"DA",
                vec!["20241231", "20240229"],
                vec!["2024.12.31", "20241301", "2024"],
            ),
            (
                b"TM",
                vec!["10", "1059", "235960", "235959.999999"],
                vec!["24", "1060", "10:59", "1059.5", "105", "105900."],
            ),
            (
                b"DT",
                vec!["2024", "20241231", "20241231235959.5+0100", "2024-0500"],
                vec!["24", "202413", "20241231.5", "20241231+01"],
            ),
            (b"AS", vec!["034Y", "002W"], vec!["34Y", "0034", "034y"]),
            (b"CS", vec!["ORIGINAL", "T1_W 2"], vec!["original", "A-B"]),
            (b"DS", vec!["1", "-1.5E-3", " 7 "], vec!["1,5", "0x10", "NaN"]),
            (b"IS", vec!["-12", "+7"], vec!["1.0", "2147483648"]),
            (b"UI", vec!["1.2.0.840"], vec!["1.02", "1..2", "1.2.", "a"]),
        ] {
            let (is_sound, _, _) = form(Vr(*vr)).expect("a form");
            for text in good {
                assert!(is_sound(text), "{text}");
            }
            for text in bad {
                assert!(!is_sound(text), "{text}");
            }
        }
    }
}
