//! Japanese, Korean and Chinese text through the browser's own tables.

use viewer_core::decode::MultiByte;
use web_sys::TextDecoder;

/// Begins JIS X 0212, which the Encoding Standard has in EUC-JP only.
const JIS_X_0212: &[u8] = b"\x1b$(D";

/// Decodes text with `TextDecoder`.
pub(crate) fn decode_multi_byte(repertoire: MultiByte, bytes: &[u8]) -> Option<String> {
    let decode = |label, bytes| {
        TextDecoder::new_with_label(label)
            .ok()?
            .decode_with_u8_array(bytes)
            .ok()
    };
    match repertoire {
        MultiByte::Iso2022Jp => match bytes.strip_prefix(JIS_X_0212) {
            Some(pairs) => {
                let euc = pairs
                    .as_chunks::<2>()
                    .0
                    .iter()
                    .flat_map(|[a, b]| [0x8F, a | 0x80, b | 0x80]);
                decode("euc-jp", &euc.collect::<Vec<u8>>())
            }
            None => decode("iso-2022-jp", bytes),
        },
        MultiByte::EucKr => decode("euc-kr", bytes),
        MultiByte::Gbk => decode("gbk", bytes),
        MultiByte::Gb18030 => decode("gb18030", bytes),
    }
}
