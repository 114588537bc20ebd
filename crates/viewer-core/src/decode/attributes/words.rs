//! A value as people read it.

use std::fmt::Display;

use dicom_core::VR;

use super::super::{decimal, text::CharacterSet};

/// More values of an attribute, or items of a sequence, are left out.
pub(super) const MOST_VALUES: usize = 32;
/// More of a text is left out.
const MOST_CHARACTERS: usize = 512;

/// A value, and how its bytes are read.
pub(super) struct Words<'v> {
    pub(super) value: &'v [u8],
    pub(super) is_big_endian: bool,
    pub(super) charset: &'v CharacterSet,
}

impl Words<'_> {
    /// The value as text; none for one that says nothing, or that is no text.
    pub(super) fn read(&self, vr: VR) -> Option<String> {
        match vr {
            VR::PN => self.each(true, name),
            VR::DA => self.each(false, |text| Some(date(text))),
            VR::TM => self.each(false, |text| Some(time(text))),
            VR::DT => self.each(false, |text| Some(moment(text))),
            VR::AS => self.each(false, |text| Some(text.trim_start_matches('0').to_owned())),
            VR::DS => self.each(false, |text| Some(decimal::parse(text)?.to_string())),
            VR::AE | VR::CS | VR::IS | VR::LO | VR::SH | VR::UC | VR::UI => {
                self.each(false, |text| Some(text.to_owned()))
            }
            VR::LT | VR::ST | VR::UR | VR::UT => joined([self.text(false)]),
            VR::US => self.numbers(u16::from_le_bytes),
            VR::SS => self.numbers(i16::from_le_bytes),
            VR::UL => self.numbers(u32::from_le_bytes),
            VR::SL => self.numbers(i32::from_le_bytes),
            VR::UV => self.numbers(u64::from_le_bytes),
            VR::SV => self.numbers(i64::from_le_bytes),
            VR::FL => self.numbers(f32::from_le_bytes),
            VR::FD => self.numbers(f64::from_le_bytes),
            _ => None,
        }
    }

    fn text(&self, is_name: bool) -> String {
        self.charset.decode(self.value, is_name)
    }

    /// Values of text, each read by itself.
    fn each(&self, is_name: bool, read: impl Fn(&str) -> Option<String>) -> Option<String> {
        let text = self.text(is_name);
        let values = text
            .split('\\')
            .map(|value| value.trim_matches(['\0', ' ']))
            .filter(|value| !value.is_empty());
        joined(values.filter_map(read))
    }

    fn numbers<const N: usize, T: Display>(&self, read: fn([u8; N]) -> T) -> Option<String> {
        let numbers = self.value.as_chunks::<N>().0.iter().map(|&bytes| {
            let mut bytes = bytes;
            if self.is_big_endian {
                bytes.reverse();
            }
            read(bytes).to_string()
        });
        joined(numbers)
    }
}

/// Several values, in one line of text; none where there is nothing to be seen.
pub(super) fn joined(values: impl IntoIterator<Item = String>) -> Option<String> {
    let values: Vec<_> = values.into_iter().take(MOST_VALUES).collect();
    let line: String = values
        .join(", ")
        .chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .take(MOST_CHARACTERS)
        .collect();
    let line = line.trim();
    (!line.is_empty()).then(|| line.to_owned())
}

/// The first component group that says something (PS3.5 section 6.2.1): family name, then given and middle names.
fn name(text: &str) -> Option<String> {
    let of_group = |group: &str| {
        let mut parts = group.split('^').map(str::trim);
        let family = parts.next().unwrap_or_default();
        let given: Vec<_> = parts.take(2).filter(|part| !part.is_empty()).collect();
        match (family, given.join(" ")) {
            ("", given) => given,
            (family, given) if given.is_empty() => family.to_owned(),
            (family, given) => format!("{family}, {given}"),
        }
    };
    text.split('=').map(of_group).find(|words| !words.is_empty())
}

/// `20261124` as 2026-11-24; what is no date stays as it is.
fn date(text: &str) -> String {
    let digits: String = text.chars().filter(|&letter| letter != '.').collect();
    if digits.len() < 4 || !is_digits(&digits) {
        return text.to_owned();
    }
    pieces(&digits, &[4, 2, 2], "-")
}

/// `101500.25` as 10:15:00.
fn time(text: &str) -> String {
    let whole = text.split('.').next().unwrap_or_default().replace(':', "");
    if is_digits(&whole) {
        pieces(&whole, &[2, 2, 2], ":")
    } else {
        text.to_owned()
    }
}

/// `20261124101500.25+0100` as 2026-11-24 10:15:00 +0100.
fn moment(text: &str) -> String {
    let (moment, zone) = text.split_at(text.find(['+', '-']).unwrap_or(text.len()));
    let (day, clock) = moment.split_at_checked(8).unwrap_or((moment, ""));
    let parts = [date(day), time(clock), zone.to_owned()];
    let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Digits in pieces of these lengths, as many as there are.
fn pieces(digits: &str, lengths: &[usize], between: &str) -> String {
    let mut rest = digits;
    let mut parts = Vec::new();
    for length in lengths {
        let (part, after) = rest.split_at_checked(*length).unwrap_or((rest, ""));
        rest = after;
        if !part.is_empty() {
            parts.push(part);
        }
    }
    parts.join(between)
}
