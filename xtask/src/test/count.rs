//! How many tests a runner ran, read from its own closing lines.

/// Numbers of tests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// Tests that passed.
    pub(super) passed: u64,
    /// Tests that failed or could not run.
    pub(super) failed: u64,
}

impl Counts {
    /// Adds other numbers.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// Adds what a line says, if it is the closing line of cargo test, pytest or node's test runner.
    pub(super) fn read(&mut self, line: &str) {
        let plain = without_colours(line);
        let text = plain.trim();
        if let Some(result) = text.strip_prefix("test result: ") {
            self.read_words(result.split_once(". ").map_or(result, |(_, counts)| counts));
        } else if let Some(count) = node(text, "pass") {
            self.passed += count;
        } else if let Some(count) = node(text, "fail") {
            self.failed += count;
        } else if let Some(counts) = pytest(text) {
            self.read_words(counts);
        }
    }

    /// Reads `3 passed; 1 failed` or `1 failed, 3 passed, 2 errors`.
    fn read_words(&mut self, text: &str) {
        for part in text.split([';', ',']) {
            let mut words = part.split_whitespace();
            let count = words
                .next()
                .and_then(|word| word.parse::<u64>().ok())
                .unwrap_or_default();
            match words.next() {
                Some("passed") => self.passed += count,
                Some("failed" | "error" | "errors") => self.failed += count,
                _ => {}
            }
        }
    }
}

/// `ℹ pass 12` of the spec reporter, `# pass 12` of TAP.
fn node(text: &str, word: &str) -> Option<u64> {
    let rest = text.strip_prefix("ℹ ").or_else(|| text.strip_prefix("# "))?;
    rest.strip_prefix(word)?.trim().parse().ok()
}

/// `12 passed, 1 failed in 3.21s`, with or without a frame of equals signs.
fn pytest(text: &str) -> Option<&str> {
    let inner = text.trim_matches('=').trim();
    let (counts, time) = inner.rsplit_once(" in ")?;
    let seconds = time.split_whitespace().next()?;
    let is_closing = counts.starts_with(|c: char| c.is_ascii_digit()) && seconds.ends_with('s');
    is_closing.then_some(counts)
}

/// The text without SGR sequences.
fn without_colours(line: &str) -> String {
    let mut plain = String::new();
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        if c == '\u{1b}' {
            for c in characters.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::Counts;

    fn read(lines: &[&str]) -> (u64, u64) {
        let mut counts = Counts::default();
        for line in lines {
            counts.read(line);
        }
        (counts.passed, counts.failed)
    }

    #[test]
    fn closing_lines_of_cargo_add_up() {
        let lines = [
            "test uid::tests::uids_are_valid ... ok",
            "test result: ok. 12 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s",
            "test result: \u{1b}[31mFAILED\u{1b}[m. 3 passed; 2 failed; 0 ignored; 0 measured",
        ];
        assert_eq!(read(&lines), (15, 2));
    }

    #[test]
    fn closing_lines_of_pytest_with_and_without_frame_and_colours() {
        assert_eq!(read(&["14 passed in 2.31s"]), (14, 0));
        assert_eq!(
            read(&["==== 1 failed, 14 passed, 2 errors in 61.02s (0:01:01) ===="]),
            (14, 3)
        );
        assert_eq!(
            read(&["\u{1b}[32m\u{1b}[1m14 passed\u{1b}[0m\u{1b}[32m in 2.31s\u{1b}[0m"]),
            (14, 0)
        );
        assert_eq!(read(&["no tests ran in 0.01s"]), (0, 0));
    }

    #[test]
    fn closing_lines_of_node_in_both_reporters() {
        assert_eq!(read(&["ℹ tests 9", "ℹ pass 8", "ℹ fail 1"]), (8, 1));
        assert_eq!(read(&["# pass 8", "# fail 0", "# passenger 3"]), (8, 0));
    }

    #[test]
    fn other_lines_count_nothing() {
        assert_eq!(
            read(&[
                "3 passed the door",
                "all in all",
                "pass 7",
                "2 apples in 3 baskets"
            ]),
            (0, 0)
        );
    }
}
