//! What the commands look like: headings, one line a task with its time, colours only on a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::time::Duration;

/// Whether the output is a terminal that takes colours and rewritten lines.
pub(crate) fn is_terminal() -> bool {
    std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

/// `text` in the colour of an SGR code, when the output is a terminal.
pub(crate) fn paint(sgr: &str, text: &str) -> String {
    if is_terminal() {
        format!("\x1b[{sgr}m{text}\x1b[0m")
    } else {
        text.to_owned()
    }
}

/// Starts a part of the work.
pub(crate) fn heading(text: &str) {
    println!("\n{}", paint("1", text));
}

/// A line of explanation under a heading.
pub(crate) fn note(text: &str) {
    println!("  {}", paint("2", text));
}

/// A task that is finished.
pub(crate) fn done(text: &str, took: Duration) {
    clear_status();
    let time = if took >= Duration::from_millis(100) {
        seconds(took)
    } else {
        String::new()
    };
    println!("  {} {text}  {}", paint("32", "✓"), paint("2", &time));
}

/// A task that failed.
pub(crate) fn failed(text: &str) {
    clear_status();
    println!("  {} {text}", paint("31", "✗"));
}

/// The last words of a command that could not do its work.
pub(crate) fn failure(error: &anyhow::Error) {
    clear_status();
    println!("\n{} {error:#}", paint("1;31", "failed:"));
}

/// Rewrites the status line of a running task; silent when the output is no terminal.
pub(crate) fn status(task: &str, detail: &str, elapsed: Duration) {
    if !is_terminal() {
        return;
    }
    let line = format!("  · {task}  {}  {}", seconds(elapsed), detail.trim());
    let short: String = line.chars().filter(|c| !c.is_control()).take(100).collect();
    print!("\r\x1b[2K{}", paint("2", &short));
    flush();
}

/// Removes the status line.
pub(crate) fn clear_status() {
    if is_terminal() {
        print!("\r\x1b[2K");
        flush();
    }
}

/// A time for people: `0.4 s`, `12 s`, `3 min 05 s`.
pub(crate) fn seconds(time: Duration) -> String {
    let secs = time.as_secs();
    match secs {
        0..10 => format!("{:.1} s", time.as_secs_f64()),
        10..120 => format!("{secs} s"),
        _ => format!("{} min {:02} s", secs / 60, secs % 60),
    }
}

fn flush() {
    // A closed output is noticed by the next line that is printed.
    drop(std::io::stdout().flush());
}

#[cfg(test)]
mod tests {
    use super::seconds;
    use std::time::Duration;

    #[test]
    fn times_are_short_at_every_scale() {
        assert_eq!(seconds(Duration::from_millis(440)), "0.4 s");
        assert_eq!(seconds(Duration::from_secs(61)), "61 s");
        assert_eq!(seconds(Duration::from_secs(185)), "3 min 05 s");
    }
}
