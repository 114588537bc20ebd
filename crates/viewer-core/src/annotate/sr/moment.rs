//! Moments of RFC 3339 and of DICOM (DT, PS3.5 section 6.2).

/// RFC 3339 as a DT with its offset; none for other text.
pub(super) fn to_dicom(text: &str) -> Option<String> {
    let (moment, offset) = match text.strip_suffix('Z') {
        Some(moment) => (moment, "+0000".to_owned()),
        None => {
            let (moment, offset) = text.split_at_checked(text.len().checked_sub(6)?)?;
            (
                moment,
                digits(offset, "+dd:dd").or_else(|| digits(offset, "-dd:dd"))?,
            )
        }
    };
    let (whole, fraction) = moment
        .split_once('.')
        .map_or((moment, None), |(whole, rest)| (whole, Some(rest)));
    let whole = digits(whole, "dddd-dd-ddTdd:dd:dd")?.replace(['-', 'T'], "");
    let fraction = match fraction {
        Some(rest) if (1..=6).contains(&rest.len()) && is_digits(rest) => format!(".{rest}"),
        Some(_) => return None,
        None => String::new(),
    };
    Some(format!("{whole}{fraction}{offset}"))
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The text without colons, if it looks like that: `d` stands for a digit.
fn digits(text: &str, pattern: &str) -> Option<String> {
    let fits = text.len() == pattern.len()
        && text
            .bytes()
            .zip(pattern.bytes())
            .all(|(byte, wanted)| match wanted {
                b'd' => byte.is_ascii_digit(),
                _ => byte == wanted,
            });
    fits.then(|| text.replace(':', ""))
}
