//! Specific Character Set (0008,0005), code extensions included (PS3.3 C.12.1.1.2, PS3.5 section 6.1).

use dicom_encoding::text::{SpecificCharacterSet, TextCodec};

/// How the text of an object is written.
#[derive(Debug, Clone)]
pub(crate) struct CharacterSet {
    /// The first value: what text is in before any escape sequence.
    initial: Repertoire,
}

#[derive(Debug, Clone, PartialEq)]
enum Repertoire {
    Known(SpecificCharacterSet),
    /// ISO-IR 148, Latin alphabet no. 5, which dicom-rs does not have.
    Turkish,
}

/// Escape sequences (PS3.3 tables C.12-3 and C.12-4) and the defined term of what follows.
/// ISO-2022-JP keeps its own escapes: its decoder reads them.
const ESCAPES: [(&[u8], &str); 19] = [
    (b"\x1b(B", "ISO_IR 6"),
    (b"\x1b(J", "ISO_IR 13"),
    (b"\x1b)I", "ISO_IR 13"),
    (b"\x1b-A", "ISO_IR 100"),
    (b"\x1b-B", "ISO_IR 101"),
    (b"\x1b-C", "ISO_IR 109"),
    (b"\x1b-D", "ISO_IR 110"),
    (b"\x1b-L", "ISO_IR 144"),
    (b"\x1b-G", "ISO_IR 127"),
    (b"\x1b-F", "ISO_IR 126"),
    (b"\x1b-H", "ISO_IR 138"),
    (b"\x1b-M", "ISO_IR 148"),
    (b"\x1b-T", "ISO_IR 166"),
    (b"\x1b$)C", "ISO_IR 149"),
    (b"\x1b$)A", "GBK"),
    (b"\x1b$A", "GBK"),
    (b"\x1b$B", JAPANESE),
    (b"\x1b$@", JAPANESE),
    (b"\x1b$(D", JAPANESE),
];

const JAPANESE: &str = "ISO_IR 87";

impl CharacterSet {
    /// The character set of the value of (0008,0005), absent for the default repertoire.
    /// A term that is not known is read as Latin-1, so that nothing is lost.
    pub(crate) fn from_terms(terms: Option<&str>) -> Self {
        let first = terms
            .unwrap_or_default()
            .split('\\')
            .next()
            .unwrap_or_default()
            .trim();
        Self {
            initial: Repertoire::from_term(first),
        }
    }

    /// Decodes a value; what cannot be decoded stays visible as an escape of dicom-rs.
    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        let Some(first) = bytes.iter().position(|&byte| byte == 0x1B) else {
            return self.initial.decode(bytes);
        };
        let (head, mut rest) = bytes.split_at(first);
        let mut text = self.initial.decode(head);
        while !rest.is_empty() {
            let next = rest
                .iter()
                .skip(1)
                .position(|&byte| byte == 0x1B)
                .map_or(rest.len(), |at| at + 1);
            let (piece, after) = rest.split_at(next);
            rest = after;
            let known = ESCAPES.iter().find(|(escape, _)| piece.starts_with(escape));
            text += &match known {
                Some(&(_, term)) if term == JAPANESE => Repertoire::from_term(term).decode(piece),
                Some(&(escape, term)) => {
                    Repertoire::from_term(term).decode(piece.get(escape.len()..).unwrap_or_default())
                }
                None => self.initial.decode(piece),
            };
        }
        text
    }
}

impl Repertoire {
    fn from_term(term: &str) -> Self {
        match term {
            "ISO_IR 148" | "ISO 2022 IR 148" => Self::Turkish,
            // the default repertoire of dicom-rs is decoded as Latin-1
            _ => Self::Known(SpecificCharacterSet::from_code(term).unwrap_or_default()),
        }
    }

    fn decode(&self, bytes: &[u8]) -> String {
        match self {
            Self::Known(charset) => charset
                .decode(bytes)
                .unwrap_or_else(|_error| String::from_utf8_lossy(bytes).into_owned()),
            Self::Turkish => bytes.iter().map(|&byte| latin5(byte)).collect(),
        }
    }
}

/// ISO 8859-9 is ISO 8859-1 but for six letters.
const fn latin5(byte: u8) -> char {
    match byte {
        0xD0 => 'Ğ',
        0xDD => 'İ',
        0xDE => 'Ş',
        0xF0 => 'ğ',
        0xFD => 'ı',
        0xFE => 'ş',
        _ => byte as char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of PS3.5 annexes H, I, J and K, and one of each single-byte kind.
    #[test]
    fn names_of_the_standard() {
        let cases: [(&str, &[u8], &str); 8] = [
            ("", b"Doe^Jane", "Doe^Jane"),
            ("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
            ("ISO_IR 144", b"\xbb\xee\xda\x63\x65\xdc\xd1\xe3\xe0\xd3", "Люкceмбург"),
            ("ISO_IR 148", b"\xc7avu\xfeo\xf0lu", "Çavuşoğlu"),
            ("ISO_IR 192", "Wang^XiaoDong=王^小東=".as_bytes(), "Wang^XiaoDong=王^小東="),
            (
                "\\ISO 2022 IR 87",
                b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B",
                "Yamada^Tarou=山田^太郎=やまだ^たろう",
            ),
            (
                "ISO 2022 IR 13\\ISO 2022 IR 87",
                b"\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J",
                "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎",
            ),
            (
                "\\ISO 2022 IR 149",
                b"Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf",
                "Hong^Gildong=洪^吉洞=홍^길동",
            ),
        ];
        assert_eq!(cases.len(), 8);
        for (terms, bytes, text) in cases {
            assert_eq!(
                CharacterSet::from_terms(Some(terms)).decode(bytes),
                text,
                "{terms}"
            );
        }
    }

    #[test]
    fn foreign_bytes_do_not_panic() {
        for first in 0..=255_u8 {
            for terms in [
                "",
                "ISO_IR 192",
                "GB18030",
                "\\ISO 2022 IR 87",
                "\\ISO 2022 IR 149",
            ] {
                let charset = CharacterSet::from_terms(Some(terms));
                assert!(!charset.decode(&[first, 0x1B, first, 0x80]).is_empty());
            }
        }
    }
}
