//! A table of measurements for people.

use std::fmt::Write as _;

use super::Annotations;

const HEAD: &str = "annotation,tool,label,study,series,instance,frame,measurement,value,unit,method,source";

/// One line a measurement, by RFC 4180, in UTF-8; annotations without one have a line of their own. Frames count from 1, as
/// in DICOM.
pub fn to_csv(set: &Annotations) -> String {
    let mut table = format!("{HEAD}\r\n");
    for annotation in &set.annotations {
        let anchor = &annotation.anchor;
        let tool = annotation.tool.as_str();
        let frame = anchor
            .frame
            .map(|frame| (u64::from(frame) + 1).to_string())
            .unwrap_or_default();
        let about = [
            &annotation.uid,
            tool,
            annotation.label.as_deref().unwrap_or_default(),
            &anchor.study_instance_uid,
            &anchor.series_instance_uid,
            &anchor.sop_instance_uid,
            &frame,
        ];
        let mut line = |rest: [&str; 5]| {
            let fields: Vec<_> = about.into_iter().chain(rest).map(field).collect();
            let _always = write!(table, "{}\r\n", fields.join(","));
        };
        if annotation.measurements.is_empty() {
            line([""; 5]);
        }
        for found in &annotation.measurements {
            let value = found.value.to_string();
            let [method, source] =
                [&found.method, &found.source].map(|text| text.as_deref().unwrap_or_default());
            line([&found.name, &value, &found.unit, method, source]);
        }
    }
    table
}

/// Quoted where it must be. What a spreadsheet would take for a formula is made text.
fn field(text: &str) -> String {
    let is_number = text.parse::<f64>().is_ok();
    let is_formula = !is_number && text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula {
        format!("'{text}")
    } else {
        text.to_owned()
    };
    if text.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::annotate::{Tool, sr::tests::annotation};

    #[test]
    fn words_are_quoted_and_never_formulas() {
        for (text, expected) in [
            ("plain", "plain"),
            ("a, b", "\"a, b\""),
            ("say \"ah\"", "\"say \"\"ah\"\"\""),
            ("=1+1", "'=1+1"),
            ("-12.5", "-12.5"),
        ] {
            assert_eq!(field(text), expected);
        }
    }

    #[test]
    fn one_line_a_measurement() {
        let mut first = annotation(Tool::Length, &[[0.0, 0.0], [3.0, 4.0]]);
        first.anchor.frame = Some(6);
        let mut second = annotation(Tool::Text, &[[0.0, 0.0]]);
        second.measurements.clear();
        let table = to_csv(&Annotations::new(vec![first, second]));
        let lines: Vec<_> = table.split("\r\n").collect();
        assert_eq!(lines.len(), 4, "{table}");
        assert!(lines[1].contains(",7,length,12.5,mm,"), "{table}");
        assert!(lines[2].ends_with(",,,,,"), "{table}");
        for name in [Tool::Cobb, Tool::Freehand] {
            assert_eq!(serde_json::to_value(name).expect("plain data"), name.as_str());
        }
    }
}
