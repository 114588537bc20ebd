//! A data set in memory, and its bytes.

use std::collections::BTreeMap;

use dicom_core::Tag;

/// VRs whose length has four bytes (PS3.5 section 7.1.2).
const LONG: [&str; 11] = ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "UC", "UN", "UR", "UT"];

/// The value of an element, with its VR.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Characters, of UTF-8 where the VR allows it.
    Text(&'static str, String),
    /// A number as bytes, little-endian.
    Bytes(&'static str, Vec<u8>),
    /// Items of a sequence.
    Items(Vec<DataSet>),
}

impl Value {
    /// A UID.
    pub fn uid(uid: impl Into<String>) -> Self {
        Self::Text("UI", uid.into())
    }

    /// Single-precision numbers (FL).
    pub fn floats(numbers: &[f32]) -> Self {
        Self::Bytes(
            "FL",
            numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
        )
    }

    /// Double-precision numbers in any count (OD).
    pub fn doubles(numbers: &[f64]) -> Self {
        Self::Bytes(
            "OD",
            numbers.iter().flat_map(|number| number.to_le_bytes()).collect(),
        )
    }

    /// A double-precision number (FD).
    pub fn double(number: f64) -> Self {
        Self::Bytes("FD", number.to_le_bytes().to_vec())
    }

    /// A decimal string (DS): the digits that fit into its 16 characters.
    pub fn decimal(number: f64) -> Self {
        let shortest = format!("{number}");
        let fits = |text: &String| text.len() <= 16;
        let rounded = || {
            let places = (0..=14).rev().map(|places| format!("{number:.places$}"));
            let powers = (0..=9).rev().map(|places| format!("{number:.places$e}"));
            if number.abs() >= 1e-4 && number.abs() < 1e15 {
                places.chain(powers).find(fits)
            } else {
                powers.chain(places).find(fits)
            }
        };
        let text = Some(shortest).filter(fits).or_else(rounded);
        Self::Text("DS", text.unwrap_or_default())
    }
}

/// Elements by tag, in the order in which they are written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DataSet(BTreeMap<(u16, u16), Value>);

impl DataSet {
    /// Sets an element.
    pub fn set(&mut self, Tag(group, element): Tag, value: Value) -> &mut Self {
        self.0.insert((group, element), value);
        self
    }

    /// Sets an element of text.
    pub fn put(&mut self, tag: Tag, vr: &'static str, text: impl Into<String>) -> &mut Self {
        self.set(tag, Value::Text(vr, text.into()))
    }

    /// The text of an element.
    pub fn text(&self, Tag(group, element): Tag) -> Option<&str> {
        match self.0.get(&(group, element)) {
            Some(Value::Text(_, text)) => Some(text),
            _ => None,
        }
    }

    /// Its bytes in Explicit VR Little Endian; sequences and items have their lengths.
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for ((group, element), value) in &self.0 {
            bytes.extend(group.to_le_bytes());
            bytes.extend(element.to_le_bytes());
            let (vr, content) = content(value);
            bytes.extend_from_slice(vr.as_bytes());
            if LONG.contains(&vr) {
                bytes.extend([0, 0]);
                bytes.extend(length_of(&content).to_le_bytes());
            } else {
                let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
                bytes.extend(length.to_le_bytes());
            }
            bytes.extend(content);
        }
        bytes
    }
}

fn length_of(content: &[u8]) -> u32 {
    u32::try_from(content.len()).unwrap_or(u32::MAX)
}

/// VR and padded bytes.
fn content(value: &Value) -> (&'static str, Vec<u8>) {
    match value {
        Value::Text(vr, text) => {
            let mut bytes = text.as_bytes().to_vec();
            // Nothing of these VRs is written that is longer than its length can say.
            if !LONG.contains(vr) {
                bytes.truncate(0xFFFE);
            }
            if bytes.len() % 2 == 1 {
                bytes.push(if *vr == "UI" { 0 } else { b' ' });
            }
            (vr, bytes)
        }
        Value::Bytes(vr, bytes) => {
            let mut bytes = bytes.clone();
            if bytes.len() % 2 == 1 {
                bytes.push(0);
            }
            (vr, bytes)
        }
        Value::Items(items) => {
            let mut bytes = Vec::new();
            for item in items {
                let content = item.encode();
                bytes.extend([0xFE, 0xFF, 0x00, 0xE0]);
                bytes.extend(length_of(&content).to_le_bytes());
                bytes.extend(content);
            }
            ("SQ", bytes)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_in_order_and_even() {
        let mut item = DataSet::default();
        item.put(Tag(0x0008, 0x0100), "SH", "mm");
        let mut dataset = DataSet::default();
        dataset
            .set(Tag(0x0040, 0xA043), Value::Items(vec![item]))
            .put(Tag(0x0008, 0x0018), "UI", "1.2")
            .put(Tag(0x0008, 0x0060), "CS", "SR");
        let expected = [
            b"\x08\x00\x18\x00UI\x04\x001.2\0".as_slice(),
            b"\x08\x00\x60\x00CS\x02\x00SR",
            b"\x40\x00\x43\xA0SQ\0\0\x12\0\0\0\xFE\xFF\x00\xE0\x0A\0\0\0\x08\x00\x00\x01SH\x02\x00mm",
        ];
        assert_eq!(dataset.encode(), expected.concat());
    }

    #[test]
    fn decimals_fit_and_keep_what_they_can() {
        for (number, text) in [
            (0.0, "0"),
            (-12.5, "-12.5"),
            (1.0 / 3.0, "0.33333333333333"),
            (-1.0 / 3.0, "-0.3333333333333"),
            (123_456_789.123_456_78, "123456789.123457"),
            (1e-7 / 3.0, "3.333333333e-8"),
            (1e300, "1e300"),
        ] {
            let written = Value::decimal(number);
            let Value::Text("DS", found) = &written else {
                panic!("{written:?}")
            };
            assert!(found.len() <= 16, "{found}");
            let back: f64 = found.parse().expect("a number");
            assert!(
                (back - number).abs() <= 1e-9 * number.abs(),
                "{found} is not {number}"
            );
            if text != "1e300" {
                assert_eq!(found, text);
            }
        }
    }
}
