//! Specific Character Set (0008,0005), code extensions included (PS3.3 C.12.1.1.2, PS3.5 section 6.1).
//!
//! The tables of the repertoires weigh more than the rest of the decode module, and a browser has them: whoever opens an
//! object says how they are read.

use dicom_encoding::text::{
    GBKCharacterSetCodec, Gb18030CharacterSetCodec, IsoIr87CharacterSetCodec, IsoIr101CharacterSetCodec,
    IsoIr109CharacterSetCodec, IsoIr110CharacterSetCodec, IsoIr126CharacterSetCodec,
    IsoIr127CharacterSetCodec, IsoIr138CharacterSetCodec, IsoIr144CharacterSetCodec,
    IsoIr149CharacterSetCodec, IsoIr166CharacterSetCodec, TextCodec,
};

use crate::{Warning, WarningKind};

/// A repertoire that takes a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// ISO 8859-2.
    Latin2,
    /// ISO 8859-3.
    Latin3,
    /// ISO 8859-4.
    Latin4,
    /// ISO 8859-5.
    Cyrillic,
    /// ISO 8859-6.
    Arabic,
    /// ISO 8859-7.
    Greek,
    /// ISO 8859-8.
    Hebrew,
    /// TIS 620-2533.
    Thai,
    /// ISO 2022 with its escape sequences kept: JIS X 0208 after `ESC $ B` or `ESC $ @`, JIS X 0212 after `ESC $ ( D`.
    Iso2022Jp,
    /// KS X 1001 in the upper half.
    EucKr,
    /// GBK, and GB 2312 in the upper half.
    Gbk,
    /// GB 18030.
    Gb18030,
}

/// Decodes text by a table; none when it cannot.
pub type DecodeText = fn(Table, &[u8]) -> Option<String>;

/// [`DecodeText`] with the tables of dicom-rs.
pub fn decode_text(table: Table, bytes: &[u8]) -> Option<String> {
    let codec: &dyn TextCodec = match table {
        Table::Latin2 => &IsoIr101CharacterSetCodec,
        Table::Latin3 => &IsoIr109CharacterSetCodec,
        Table::Latin4 => &IsoIr110CharacterSetCodec,
        Table::Cyrillic => &IsoIr144CharacterSetCodec,
        Table::Arabic => &IsoIr127CharacterSetCodec,
        Table::Greek => &IsoIr126CharacterSetCodec,
        Table::Hebrew => &IsoIr138CharacterSetCodec,
        Table::Thai => &IsoIr166CharacterSetCodec,
        Table::Iso2022Jp => &IsoIr87CharacterSetCodec,
        Table::EucKr => &IsoIr149CharacterSetCodec,
        Table::Gbk => &GBKCharacterSetCodec,
        Table::Gb18030 => &Gb18030CharacterSetCodec,
    };
    codec.decode(bytes).ok()
}

/// How the text of an object is written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CharacterSet {
    /// The first value: what text is in at the beginning, and again after every delimiter.
    initial: Active,
    has_unknown_term: bool,
    tables: DecodeText,
}

/// What is designated: bytes below 0x80 by G0, those above by G1 (ISO 2022).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Active {
    low: Low,
    high: Repertoire,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Low {
    /// ISO 646, and the romaji of JIS X 0201.
    Ascii,
    /// Two bytes a character, after this escape sequence.
    Pairs(&'static [u8]),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Repertoire {
    /// ISO-IR 6, 100 and what is not known: as Latin-1, so that nothing is lost.
    Latin1,
    Latin5,
    Latin9,
    /// JIS X 0201.
    Kana,
    Utf8,
    Of(Table),
}

/// What an escape sequence designates.
enum Designated {
    Low(Low),
    High(Repertoire),
    Both(Repertoire),
}

/// Escape sequences (PS3.3 tables C.12-3 and C.12-4) and what they designate.
const ESCAPES: [(&[u8], Designated); 20] = [
    (b"\x1b(B", Designated::Low(Low::Ascii)),
    // practice: katakana follow without a designation of their own
    (b"\x1b(J", Designated::Both(Repertoire::Kana)),
    (b"\x1b)I", Designated::High(Repertoire::Kana)),
    (b"\x1b-A", Designated::High(Repertoire::Latin1)),
    (b"\x1b-B", Designated::High(Repertoire::Of(Table::Latin2))),
    (b"\x1b-C", Designated::High(Repertoire::Of(Table::Latin3))),
    (b"\x1b-D", Designated::High(Repertoire::Of(Table::Latin4))),
    (b"\x1b-M", Designated::High(Repertoire::Latin5)),
    (b"\x1b-b", Designated::High(Repertoire::Latin9)),
    (b"\x1b-L", Designated::High(Repertoire::Of(Table::Cyrillic))),
    (b"\x1b-G", Designated::High(Repertoire::Of(Table::Arabic))),
    (b"\x1b-F", Designated::High(Repertoire::Of(Table::Greek))),
    (b"\x1b-H", Designated::High(Repertoire::Of(Table::Hebrew))),
    (b"\x1b-T", Designated::High(Repertoire::Of(Table::Thai))),
    (b"\x1b$)C", Designated::High(Repertoire::Of(Table::EucKr))),
    (b"\x1b$)A", Designated::High(Repertoire::Of(Table::Gbk))),
    (b"\x1b$A", Designated::High(Repertoire::Of(Table::Gbk))),
    (b"\x1b$B", Designated::Low(Low::Pairs(b"\x1b$B"))),
    (b"\x1b$@", Designated::Low(Low::Pairs(b"\x1b$@"))),
    (b"\x1b$(D", Designated::Low(Low::Pairs(b"\x1b$(D"))),
];

impl CharacterSet {
    /// The character set of the value of (0008,0005), absent for the default repertoire.
    pub(crate) fn from_terms(terms: Option<&str>, tables: DecodeText) -> Self {
        let mut terms = terms.unwrap_or_default().split('\\').map(str::trim);
        let first = terms.next().unwrap_or_default();
        let is_unknown = |term: &str| !term.is_empty() && Repertoire::from_term(term).is_none();
        Self {
            initial: Active {
                low: Low::Ascii,
                high: Repertoire::from_term(first).unwrap_or(Repertoire::Latin1),
            },
            has_unknown_term: is_unknown(first) || terms.any(is_unknown),
            tables,
        }
    }

    /// What needs no tables; for text that is not shown.
    pub(crate) fn plain() -> Self {
        Self::from_terms(None, |_, _| None)
    }

    /// What is to be said of terms that the standard does not define.
    pub(crate) fn warning(&self) -> Option<Warning> {
        let text = "a term that is not defined: its text is read as Latin-1";
        self.has_unknown_term
            .then(|| Warning::new(WarningKind::CharacterSet, text).with_tag(0x0008, 0x0005))
    }

    /// Decodes a value; what cannot be decoded stays visible. The delimiters of PS3.5 section 6.1.2.5.3 end what was
    /// designated: ends of lines and pages, tabs, backslashes, and in the name of a person `^` and `=`.
    pub(crate) fn decode(&self, bytes: &[u8], is_name: bool) -> String {
        if matches!(
            self.initial.high,
            Repertoire::Utf8 | Repertoire::Of(Table::Gbk | Table::Gb18030)
        ) && !bytes.contains(&0x1B)
        {
            // their bytes are not for cutting
            return self.decode_piece(self.initial.high, bytes);
        }
        let mut text = String::new();
        let mut active = self.initial;
        let mut rest = bytes;
        while let Some(&first) = rest.first() {
            if let Some((escape, designated)) = ESCAPES.iter().find(|(escape, _)| rest.starts_with(escape)) {
                match *designated {
                    Designated::Low(low) => active.low = low,
                    Designated::High(high) => active.high = high,
                    Designated::Both(high) => {
                        active = Active {
                            low: Low::Ascii,
                            high,
                        }
                    }
                }
                rest = rest.get(escape.len()..).unwrap_or_default();
                continue;
            }
            let is_delimiter = |byte: u8| {
                matches!(byte, b'\t' | b'\n' | 0x0C | b'\r')
                    || (active.low == Low::Ascii
                        && (byte == b'\\' || (is_name && matches!(byte, b'^' | b'='))))
            };
            if is_delimiter(first) || first == 0x1B {
                text.push(char::from(first));
                if first != 0x1B {
                    active = self.initial;
                }
                rest = rest.get(1..).unwrap_or_default();
                continue;
            }
            let is_low = first < 0x80;
            let ends = |byte: u8| {
                let is_other_half = matches!(active.low, Low::Pairs(_)) && (byte < 0x80) != is_low;
                byte == 0x1B || is_delimiter(byte) || is_other_half
            };
            let size = rest.iter().position(|&byte| ends(byte)).unwrap_or(rest.len());
            let (piece, after) = rest.split_at(size);
            rest = after;
            text += &match active.low {
                Low::Pairs(escape) if is_low => {
                    // its decoder reads the escape
                    let japanese = Repertoire::Of(Table::Iso2022Jp);
                    self.decode_piece(japanese, &[escape, piece].concat())
                }
                _ => self.decode_piece(active.high, piece),
            };
        }
        text
    }

    fn decode_piece(&self, repertoire: Repertoire, bytes: &[u8]) -> String {
        let decoded = match repertoire {
            Repertoire::Latin1 => Some(bytes.iter().map(|&byte| char::from(byte)).collect()),
            Repertoire::Latin5 => Some(bytes.iter().map(|&byte| latin5(byte)).collect()),
            Repertoire::Latin9 => Some(bytes.iter().map(|&byte| latin9(byte)).collect()),
            Repertoire::Kana => Some(bytes.iter().map(|&byte| kana(byte)).collect()),
            Repertoire::Utf8 => None,
            Repertoire::Of(table) => (self.tables)(table, bytes),
        };
        decoded.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned())
    }
}

impl Repertoire {
    /// The repertoire of a defined term, with and without code extensions; none for what is no such term.
    fn from_term(term: &str) -> Option<Self> {
        // "ISO_IR 100" and "ISO 2022 IR 100" name the same repertoire, and some write "ISO-IR 100" or "ISO_IR_100"
        let number = term
            .strip_prefix("ISO")
            .and_then(|rest| rest.rsplit([' ', '_', '-']).next());
        Some(match number.unwrap_or(term) {
            "" | "6" | "100" => Self::Latin1,
            "101" => Self::Of(Table::Latin2),
            "109" => Self::Of(Table::Latin3),
            "110" => Self::Of(Table::Latin4),
            "148" => Self::Latin5,
            "203" => Self::Latin9,
            "144" => Self::Of(Table::Cyrillic),
            "127" => Self::Of(Table::Arabic),
            "126" => Self::Of(Table::Greek),
            "138" => Self::Of(Table::Hebrew),
            "166" => Self::Of(Table::Thai),
            "13" => Self::Kana,
            "192" => Self::Utf8,
            // in G0, by escape sequences only
            "87" | "159" => Self::Latin1,
            "149" => Self::Of(Table::EucKr),
            "58" | "GBK" | "GB2312" => Self::Of(Table::Gbk),
            "GB18030" => Self::Of(Table::Gb18030),
            _ => return None,
        })
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

/// ISO 8859-15 is ISO 8859-1 but for eight characters.
const fn latin9(byte: u8) -> char {
    match byte {
        0xA4 => '€',
        0xA6 => 'Š',
        0xA8 => 'š',
        0xB4 => 'Ž',
        0xB8 => 'ž',
        0xBC => 'Œ',
        0xBD => 'œ',
        0xBE => 'Ÿ',
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
                CharacterSet::from_terms(Some(terms), decode_text).decode(bytes, true),
                text,
                "{terms}"
            );
        }
    }

    #[test]
    fn delimiters_end_what_was_designated() {
        let charset = CharacterSet::from_terms(Some("\\ISO 2022 IR 144\\ISO 2022 IR 101"), decode_text);
        let bytes = b"\x1b-L\xbb^\xbb=\x1b-B\xb3\\\xb3\n\x1b-L\xbb\r\xbb";
        assert_eq!(charset.decode(bytes, true), "Л^»=ł\\³\nЛ\r»");
        assert_eq!(charset.decode(bytes, false), "Л^Л=ł\\³\nЛ\r»");
        // in pairs of 7 bits a byte that looks like a delimiter is none
        let japanese = CharacterSet::from_terms(Some("\\ISO 2022 IR 87"), decode_text);
        assert_eq!(japanese.decode(b"\x1b$B0^\x1b(B^A", true), "緯^A");
        // kanji in G0 leave katakana in G1
        let both = CharacterSet::from_terms(Some("ISO 2022 IR 13\\ISO 2022 IR 87"), decode_text);
        assert_eq!(both.decode(b"\x1b$B;3\xd4\x1b(J\xcf", true), "山ﾔﾏ");
    }

    #[test]
    fn terms_that_are_not_defined_are_said() {
        for (terms, is_known) in [
            ("", true),
            ("ISO 2022 IR 6\\ISO 2022 IR 87", true),
            ("ISO_IR_100", true),
            ("ISO-IR 203", true),
            ("GB18030", true),
            ("ISO_IR 999", false),
            ("\\KLINGON", false),
        ] {
            let charset = CharacterSet::from_terms(Some(terms), decode_text);
            assert_eq!(charset.warning().is_none(), is_known, "{terms}");
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
                let charset = CharacterSet::from_terms(Some(terms), decode_text);
                assert!(!charset.decode(&[first, 0x1B, first, 0x80], true).is_empty());
            }
        }
    }
}
