//! Text through the browser's own tables.

use viewer_core::decode::Table;
use web_sys::TextDecoder;

/// Begins JIS X 0212, which the Encoding Standard has in EUC-JP only.
const JIS_X_0212: &[u8] = b"\x1b$(D";

/// Decodes text with `TextDecoder`.
pub fn decode_text(table: Table, bytes: &[u8]) -> Option<String> {
    let decode = |label, bytes| {
        TextDecoder::new_with_label(label)
            .ok()?
            .decode_with_u8_array(bytes)
            .ok()
    };
    let label = match table {
        Table::Latin2 => "iso-8859-2",
        Table::Latin3 => "iso-8859-3",
        Table::Latin4 => "iso-8859-4",
        Table::Cyrillic => "iso-8859-5",
        Table::Arabic => "iso-8859-6",
        Table::Greek => "iso-8859-7",
        Table::Hebrew => "iso-8859-8",
        Table::Thai => "windows-874",
        Table::EucKr => "euc-kr",
        Table::Gbk => "gbk",
        Table::Gb18030 => "gb18030",
        Table::Iso2022Jp => match bytes.strip_prefix(JIS_X_0212) {
            Some(pairs) => {
                let euc = pairs
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .flat_map(|[a, b]| [0x8F, a | 0x80, b | 0x80]);
                return decode("euc-jp", &euc.collect::<Vec<u8>>());
            }
            None => "iso-2022-jp",
        },
    };
    decode(label, bytes)
}
