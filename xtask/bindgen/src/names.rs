//! Short names for what a module imports. wasm-bindgen ends each name with a hash, 16 letters that no compressor can
//! shorten, once in the module and once in its JavaScript: 5 kB of what a page with WebGPU loads.

use std::collections::HashMap;

/// Old names and the new ones: `a`, `b`, … in the order in which they are given.
pub(crate) struct Names(HashMap<String, String>);

impl Names {
    /// Names for those of `old` that end with a hash.
    pub(crate) fn new<'a>(old: impl Iterator<Item = &'a str>) -> Self {
        let hashed = old.filter(|name| ends_with_hash(name));
        Self(hashed.map(str::to_owned).zip((0..).map(short)).collect())
    }

    /// The new name of `old`, where it has one.
    pub(crate) fn get(&self, old: &str) -> Option<&str> {
        self.0.get(old).map(String::as_str)
    }

    /// The same script with the new names.
    pub(crate) fn rewrite(&self, script: &str) -> String {
        let is_word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_' || letter == '$';
        let mut rewritten = String::with_capacity(script.len());
        let mut rest = script;
        while let Some(start) = rest.find(is_word) {
            let (between, from_word) = rest.split_at(start);
            let end = from_word
                .find(|letter| !is_word(letter))
                .unwrap_or(from_word.len());
            let (word, after) = from_word.split_at(end);
            rewritten.push_str(between);
            rewritten.push_str(self.get(word).unwrap_or(word));
            rest = after;
        }
        rewritten + rest
    }
}

/// `__wbg_call_a410eb4b59ed5965` and the like.
fn ends_with_hash(name: &str) -> bool {
    let Some((before, hash)) = name
        .len()
        .checked_sub(16)
        .and_then(|at| name.split_at_checked(at))
    else {
        return false;
    };
    before.starts_with("__wb")
        && before.ends_with('_')
        && hash.bytes().all(|letter| letter.is_ascii_hexdigit())
}

/// `a` to `z`, then `ba`, `bb` and so on: none of them begins with the underscore of other names.
fn short(mut number: u32) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from_digit(number % 26 + 10, 36).unwrap_or('a'));
        number /= 26;
        if number == 0 {
            break;
        }
    }
    letters.into_iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_hashed_names_change_and_only_as_whole_words() {
        let old = [
            "__wbg_call_a410eb4b59ed5965",
            "memory",
            "__wbg_new_0123456789abcdef",
        ];
        let names = Names::new(old.into_iter());
        assert_eq!(names.get("__wbg_new_0123456789abcdef"), Some("b"));
        assert_eq!(names.get("memory"), None);
        let script = "{ __wbg_call_a410eb4b59ed5965: 1, x__wbg_call_a410eb4b59ed5965: \"memory\" }";
        assert_eq!(
            names.rewrite(script),
            "{ a: 1, x__wbg_call_a410eb4b59ed5965: \"memory\" }"
        );
    }

    #[test]
    fn no_two_names_are_the_same() {
        let names: std::collections::HashSet<String> = (0..2000).map(short).collect();
        assert_eq!(names.len(), 2000);
        assert_eq!([short(25), short(26), short(27)], ["z", "ba", "bb"]);
    }
}
