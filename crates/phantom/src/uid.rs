//! Deterministic UIDs under 2.25 (PS3.5 B.2): the decimal form of a UUID of version 8 (RFC 9562, 5.8).

use crate::noise::scramble;

/// The UID that belongs to these words. The same words give the same UID on every machine.
#[must_use]
pub fn from_words(words: &[&str]) -> String {
    let mut state = [0x6e6f_6374_6973_2d31_u64, 0x7068_616e_746f_6d31];
    for word in words {
        for byte in word.bytes().chain([0]) {
            state[0] = scramble(state[0] ^ u64::from(byte));
            state[1] = scramble(state[1].rotate_left(7) ^ state[0]);
        }
    }
    let bits = (u128::from(state[0]) << 64) | u128::from(state[1]);
    let version = bits & !(0xf << 76) | (0x8 << 76);
    let uuid = version & !(0x3 << 62) | (0x2 << 62);
    format!("2.25.{uuid}")
}

#[cfg(test)]
mod tests {
    use super::from_words;

    #[test]
    fn uids_are_valid_and_depend_on_every_word() {
        let uid = from_words(&["a", "b"]);
        assert_eq!(uid, from_words(&["a", "b"]));
        assert_ne!(uid, from_words(&["ab"]));
        assert_ne!(uid, from_words(&["b", "a"]));
        let digits = uid.strip_prefix("2.25.").unwrap();
        assert!(uid.len() <= 64 && !digits.starts_with('0'));
        let uuid: u128 = digits.parse().unwrap();
        assert_eq!((uuid >> 76) & 0xf, 8, "version 8");
        assert_eq!((uuid >> 62) & 0x3, 2, "variant of RFC 9562");
    }
}
