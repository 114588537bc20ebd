//! Dates and times (PS3.5 section 6.2: DA, TM, DT), as far as differences need them. Time zones are left out: what is
//! compared comes from one object.

use super::decimal;

/// A moment in an object's own time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Moment {
    /// Days since 1970-01-01.
    days: f64,
    /// Of the day.
    seconds: f64,
}

impl Moment {
    /// Of a DA and a TM value.
    pub(crate) fn of(date: &str, time: &str) -> Option<Self> {
        Some(Self {
            days: days(date)?,
            seconds: Self::seconds_of_day(time)?,
        })
    }

    /// Of a DT value with a date and at least an hour.
    pub(crate) fn of_datetime(text: &str) -> Option<Self> {
        let local = text.split(['+', '-']).next().unwrap_or_default();
        Self::of(local.get(..8)?, local.get(8..)?)
    }

    /// Of a TM value.
    pub(crate) fn seconds_of_day(text: &str) -> Option<f64> {
        let text: String = text
            .trim()
            .chars()
            .filter(|character| *character != ':')
            .collect();
        let part = |range: std::ops::Range<usize>, most: u32| match text.get(range) {
            None => Some(0.0),
            Some(digits) => {
                let number: u32 = digits.parse().ok()?;
                (number < most).then_some(f64::from(number))
            }
        };
        // the parts that are not there are zero, the hour must be
        text.get(..2)?;
        let fraction = match text.get(6..) {
            None | Some("") => 0.0,
            Some(fraction) => decimal::parse(&format!("0{fraction}")).filter(|part| *part < 1.0)?,
        };
        Some(part(0..2, 24)? * 3600.0 + part(2..4, 60)? * 60.0 + part(4..6, 61)? + fraction)
    }

    /// Seconds of the day.
    pub(crate) const fn seconds(self) -> f64 {
        self.seconds
    }

    /// Seconds from `earlier` to this.
    pub(crate) fn since(self, earlier: Self) -> f64 {
        (self.days - earlier.days) * 86_400.0 + (self.seconds - earlier.seconds)
    }
}

/// Days from 1970-01-01 to a DA value, in the Gregorian calendar.
fn days(date: &str) -> Option<f64> {
    let digits: String = date
        .trim()
        .chars()
        .filter(|character| *character != '.')
        .collect();
    if digits.len() != 8 {
        return None;
    }
    let number = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i32>().ok();
    let (year, month, day) = (number(0..4)?, number(4..6)?, number(6..8)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // years from March on, so that the leap day comes last
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let leap_days = year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400);
    Some(f64::from(year * 365 + leap_days + day_of_year - 719_468))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_seconds(found: Option<f64>, expected: f64) {
        assert!(
            found.is_some_and(|found| (found - expected).abs() < 1e-6),
            "{found:?}, not {expected}"
        );
    }

    #[test]
    fn days_are_counted() {
        assert_seconds(days("19700101"), 0.0);
        assert_seconds(days("20000301"), 11_017.0);
        assert_seconds(days("2024.02.29"), 19_782.0);
        assert_eq!(days("20241301"), None);
        assert_eq!(days("today"), None);
    }

    #[test]
    fn times_may_be_short() {
        assert_seconds(Moment::seconds_of_day("101502.25"), 36_902.25);
        assert_seconds(Moment::seconds_of_day("1015"), 36_900.0);
        assert_seconds(Moment::seconds_of_day("10"), 36_000.0);
        assert_seconds(Moment::seconds_of_day("10:15:02"), 36_902.0);
        for wrong in ["", "2", "250000", "10x5", "101502,5"] {
            assert_eq!(Moment::seconds_of_day(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn moments_are_compared_across_midnight() {
        let before = Moment::of_datetime("20231231235930.5+0100").expect("sound");
        let after = Moment::of("20240101", "000030").expect("sound");
        assert_seconds(Some(after.since(before)), 59.5);
        assert_eq!(Moment::of_datetime("2023"), None);
    }
}
