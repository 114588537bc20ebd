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

/// A DT, whole from the year to the second, as RFC 3339; in UTC where it has no offset.
pub(super) fn from_dicom(text: &str) -> Option<String> {
    let (moment, offset) = match text.find(['+', '-']) {
        Some(place) => text.split_at_checked(place)?,
        None => (text, ""),
    };
    let (whole, fraction) = moment
        .split_once('.')
        .map_or((moment, ""), |(whole, rest)| (whole, rest));
    if whole.len() != 14 || !is_digits(whole) || fraction.len() > 6 || !is_digits(fraction) {
        return None;
    }
    let part = |from: usize, to: usize| whole.get(from..to).unwrap_or_default();
    let [year, month, day] = [part(0, 4), part(4, 6), part(6, 8)];
    let [hour, minute, second] = [part(8, 10), part(10, 12), part(12, 14)];
    let point = if fraction.is_empty() { "" } else { "." };
    let offset = match offset {
        "" | "+0000" | "-0000" => "Z".to_owned(),
        _ => {
            let (hours, minutes) = offset.split_at_checked(3)?;
            if minutes.len() != 2 || !is_digits(minutes) || !is_digits(hours.get(1..)?) {
                return None;
            }
            format!("{hours}:{minutes}")
        }
    };
    Some(format!(
        "{year}-{month}-{day}T{hour}:{minute}:{second}{point}{fraction}{offset}"
    ))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_go_there_and_back() {
        for (text, dicom) in [
            ("2026-11-24T12:00:00Z", "20261124120000+0000"),
            ("2026-11-24T12:00:00.25Z", "20261124120000.25+0000"),
            ("2026-11-24T12:00:00-05:30", "20261124120000-0530"),
        ] {
            assert_eq!(to_dicom(text).as_deref(), Some(dicom));
            assert_eq!(from_dicom(dicom).as_deref(), Some(text));
        }
        assert_eq!(
            from_dicom("20261124120000").as_deref(),
            Some("2026-11-24T12:00:00Z")
        );
        for text in [
            "",
            "Z",
            "2026-11-24",
            "2026-11-24T12:00:00",
            "yesterday at Z",
            "2026-11-24T12:00:00.1234567Z",
        ] {
            assert_eq!(to_dicom(text), None, "{text}");
        }
        for text in [
            "",
            "2026",
            "20261124",
            "2026112412000x",
            "20261124120000+1",
            "äöüäöüäöü+0000",
        ] {
            assert_eq!(from_dicom(text), None, "{text}");
        }
    }
}
