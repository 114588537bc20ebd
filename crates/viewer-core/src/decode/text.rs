//! Specific Character Set (0008,0005), code extensions included (PS3.3 C.12.1.1.2, PS3.5 section 6.1).
//!
//! Single-byte repertoires and UTF-8 are decoded here. The tables of the multi-byte ones weigh more than all the
//! rest of the decode module, and a browser has them: whoever opens an object says how they are decoded.

use dicom_encoding::text::{
    GBKCharacterSetCodec, Gb18030CharacterSetCodec, IsoIr87CharacterSetCodec, IsoIr100CharacterSetCodec,
    IsoIr101CharacterSetCodec, IsoIr109CharacterSetCodec, IsoIr110CharacterSetCodec,
    IsoIr126CharacterSetCodec, IsoIr127CharacterSetCodec, IsoIr138CharacterSetCodec,
    IsoIr144CharacterSetCodec, IsoIr149CharacterSetCodec, IsoIr166CharacterSetCodec, TextCodec,
};

/// A repertoire of more than one byte a character, other than UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MultiByte {
    /// ISO 2022 with its escape sequences kept: JIS X 0208 after `ESC $ B` or `ESC $ @`, JIS X 0212 after `ESC $ ( D`.
    Iso2022Jp,
    /// KS X 1001 in the upper half.
    EucKr,
    /// GBK, and GB 2312 in the upper half.
    Gbk,
    /// GB 18030.
    Gb18030,
}

/// Decodes text of a multi-byte repertoire; none when it cannot.
pub type DecodeMultiByte = fn(MultiByte, &[u8]) -> Option<String>;

/// [`DecodeMultiByte`] with the tables of dicom-rs.
pub fn decode_multi_byte(repertoire: MultiByte, bytes: &[u8]) -> Option<String> {
    match repertoire {
        MultiByte::Iso2022Jp => IsoIr87CharacterSetCodec.decode(bytes).ok(),
        MultiByte::EucKr => IsoIr149CharacterSetCodec.decode(bytes).ok(),
        MultiByte::Gbk => GBKCharacterSetCodec.decode(bytes).ok(),
        MultiByte::Gb18030 => Gb18030CharacterSetCodec.decode(bytes).ok(),
    }
}

/// How the text of an object is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CharacterSet {
    /// The first value: what text is in before any escape sequence.
    initial: Repertoire,
    multi_byte: DecodeMultiByte,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repertoire {
    /// ISO-IR 6, 100 and what is not known: as Latin-1, so that nothing is lost.
    Latin1,
    Latin2,
    Latin3,
    Latin4,
    Latin5,
    Cyrillic,
    Arabic,
    Greek,
    Hebrew,
    Thai,
    /// JIS X 0201.
    Kana,
    Utf8,
    MultiByte(MultiByte),
}

/// Escape sequences (PS3.3 tables C.12-3 and C.12-4) and what follows them.
const ESCAPES: [(&[u8], Repertoire); 19] = [
    (b"\x1b(B", Repertoire::Latin1),
    (b"\x1b(J", Repertoire::Kana),
    (b"\x1b)I", Repertoire::Kana),
    (b"\x1b-A", Repertoire::Latin1),
    (b"\x1b-B", Repertoire::Latin2),
    (b"\x1b-C", Repertoire::Latin3),
    (b"\x1b-D", Repertoire::Latin4),
    (b"\x1b-M", Repertoire::Latin5),
    (b"\x1b-L", Repertoire::Cyrillic),
    (b"\x1b-G", Repertoire::Arabic),
    (b"\x1b-F", Repertoire::Greek),
    (b"\x1b-H", Repertoire::Hebrew),
    (b"\x1b-T", Repertoire::Thai),
    (b"\x1b$)C", Repertoire::MultiByte(MultiByte::EucKr)),
    (b"\x1b$)A", Repertoire::MultiByte(MultiByte::Gbk)),
    (b"\x1b$A", Repertoire::MultiByte(MultiByte::Gbk)),
    (b"\x1b$B", Repertoire::MultiByte(MultiByte::Iso2022Jp)),
    (b"\x1b$@", Repertoire::MultiByte(MultiByte::Iso2022Jp)),
    (b"\x1b$(D", Repertoire::MultiByte(MultiByte::Iso2022Jp)),
];

impl CharacterSet {
    /// The character set of the value of (0008,0005), absent for the default repertoire.
    pub(crate) fn from_terms(terms: Option<&str>, multi_byte: DecodeMultiByte) -> Self {
        let first = terms.unwrap_or_default().split('\\').next().unwrap_or_default();
        Self {
            initial: Repertoire::from_term(first.trim()),
            multi_byte,
        }
    }

    /// What needs no tables; for text that is not shown.
    pub(crate) fn plain() -> Self {
        Self::from_terms(None, |_, _| None)
    }

    /// Decodes a value; what cannot be decoded stays visible.
    pub(crate) fn decode(&self, bytes: &[u8]) -> String {
        let first = bytes.iter().position(|&byte| byte == 0x1B).unwrap_or(bytes.len());
        let (head, mut rest) = bytes.split_at(first);
        let mut text = self.decode_piece(self.initial, head);
        while !rest.is_empty() {
            let next = rest
                .iter()
                .skip(1)
                .position(|&byte| byte == 0x1B)
                .map_or(rest.len(), |at| at + 1);
            let (piece, after) = rest.split_at(next);
            rest = after;
            text += &match ESCAPES.iter().find(|(escape, _)| piece.starts_with(escape)) {
                // its decoder reads the escapes
                Some(&(_, japanese @ Repertoire::MultiByte(MultiByte::Iso2022Jp))) => {
                    self.decode_piece(japanese, piece)
                }
                Some(&(escape, repertoire)) => {
                    self.decode_piece(repertoire, piece.get(escape.len()..).unwrap_or_default())
                }
                None => self.decode_piece(self.initial, piece),
            };
        }
        text
    }

    fn decode_piece(&self, repertoire: Repertoire, bytes: &[u8]) -> String {
        let decoded = match repertoire {
            Repertoire::Latin1 => IsoIr100CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Latin2 => IsoIr101CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Latin3 => IsoIr109CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Latin4 => IsoIr110CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Cyrillic => IsoIr144CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Arabic => IsoIr127CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Greek => IsoIr126CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Hebrew => IsoIr138CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Thai => IsoIr166CharacterSetCodec.decode(bytes).ok(),
            Repertoire::Latin5 => Some(bytes.iter().map(|&byte| latin5(byte)).collect()),
            Repertoire::Kana => Some(bytes.iter().map(|&byte| kana(byte)).collect()),
            Repertoire::Utf8 => None,
            Repertoire::MultiByte(which) => (self.multi_byte)(which, bytes),
        };
        decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
    }
}

impl Repertoire {
    fn from_term(term: &str) -> Self {
        // "ISO_IR 100" and "ISO 2022 IR 100" name the same repertoire
        let number = term
            .strip_prefix("ISO_IR ")
            .or_else(|| term.strip_prefix("ISO 2022 IR "));
        match number.unwrap_or(term) {
            "101" => Self::Latin2,
            "109" => Self::Latin3,
            "110" => Self::Latin4,
            "148" => Self::Latin5,
            "144" => Self::Cyrillic,
            "127" => Self::Arabic,
            "126" => Self::Greek,
            "138" => Self::Hebrew,
            "166" => Self::Thai,
            "13" => Self::Kana,
            "192" => Self::Utf8,
            "87" | "159" => Self::MultiByte(MultiByte::Iso2022Jp),
            "149" => Self::MultiByte(MultiByte::EucKr),
            "58" | "GBK" | "GB2312" => Self::MultiByte(MultiByte::Gbk),
            "GB18030" => Self::MultiByte(MultiByte::Gb18030),
            _ => Self::Latin1,
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

/// JIS X 0201 has halfwidth katakana in its upper half; its backslash and tilde stay what DICOM needs them for.
fn kana(byte: u8) -> char {
    match byte {
        0xA1..=0xDF => char::from_u32(0xFF61 + u32::from(byte - 0xA1)).unwrap_or(char::REPLACEMENT_CHARACTER),
        _ => byte as char,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The examples of PS3.5 annexes H, I, J and K, and one of each single-byte kind.
    #[test]
    fn names_of_the_standard() {
        let cases: [(&str, &[u8], &str); 11] = [
            ("", b"Doe^Jane", "Doe^Jane"),
            ("ISO_IR 100", b"Buc^J\xe9r\xf4me", "Buc^Jérôme"),
            ("ISO_IR 144", b"\xbb\xee\xda\x63\x65\xdc\xd1\xe3\xe0\xd3", "Люкceмбург"),
            ("ISO_IR 148", b"\xc7avu\xfeo\xf0lu", "Çavuşoğlu"),
            ("ISO_IR 101", b"Wa\xb3\xeasa", "Wałęsa"),
            ("GB18030", b"Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "Wang^XiaoDong=王^小东="),
            (
                "\\ISO 2022 IR 58",
                b"Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
                "Zhang^XiaoDong=张^小东=",
            ),
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
        assert_eq!(cases.len(), 11);
        for (terms, bytes, text) in cases {
            assert_eq!(
                CharacterSet::from_terms(Some(terms), decode_multi_byte).decode(bytes),
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
                let charset = CharacterSet::from_terms(Some(terms), decode_multi_byte);
                assert!(!charset.decode(&[first, 0x1B, first, 0x80]).is_empty());
            }
        }
    }
}
