//! Typed reading of element values. A value that cannot be read is absent: whoever needs it says so.

use dicom_core::Tag;
use dicom_dictionary_std::tags;

use super::{dataset::DataSet, decimal, syntax::Encoding, text::CharacterSet};

impl DataSet<'_> {
    /// The value as text without its padding, as it stands when the character set does not matter
    /// (PS3.5 section 6.2: AE, AS, CS, DA, DS, DT, IS, TM, UI); absent when empty.
    pub(crate) fn code(&self, tag: Tag) -> Option<String> {
        let text = String::from_utf8_lossy(self.value(tag)?);
        let text = text.trim_matches(['\0', ' ']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The first of the values as text.
    pub(crate) fn first_code(&self, tag: Tag) -> Option<String> {
        let text = self.code(tag)?;
        text.split('\\')
            .next()
            .map(|first| first.trim().to_owned())
            .filter(|first| !first.is_empty())
    }

    /// The value as text of the object's character set (LO, LT, PN, SH, ST, UT); absent when empty.
    pub(crate) fn text(&self, tag: Tag, charset: &CharacterSet) -> Option<String> {
        let is_name = tag == tags::PATIENT_NAME;
        let text = charset.decode(self.value(tag)?, is_name);
        let text = text.trim_matches(['\0', ' ']);
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Decimal strings (DS), up to the first that is not a finite number.
    pub(crate) fn f64s(&self, tag: Tag) -> Vec<f64> {
        let text = self.code(tag).unwrap_or_default();
        text.split('\\')
            .map_while(|number| decimal::parse(number.trim()))
            .collect()
    }

    /// The first decimal string.
    pub(crate) fn f64(&self, tag: Tag) -> Option<f64> {
        decimal::parse(&self.first_code(tag)?)
    }

    /// The first integer string (IS).
    pub(crate) fn integer(&self, tag: Tag) -> Option<i64> {
        self.first_code(tag)?.parse().ok()
    }

    /// 16-bit words in the data set's byte order (US, SS, OW).
    pub(crate) fn words(&self, tag: Tag) -> Option<Vec<u16>> {
        let words = self.value(tag)?.chunks_exact(2);
        Some(
            words
                .filter_map(|word| word.try_into().ok())
                .map(|word| self.u16_from(word))
                .collect(),
        )
    }

    /// The first 16-bit word.
    pub(crate) fn word(&self, tag: Tag) -> Option<u16> {
        let word = self.value(tag)?.get(..2)?.try_into().ok()?;
        Some(self.u16_from(word))
    }

    /// The first IEEE 754 number of 32 bits (FL).
    pub(crate) fn float(&self, tag: Tag) -> Option<f64> {
        self.nth_float(tag, 0)
    }

    /// The IEEE 754 number of 32 bits (FL) of that number, from 0.
    pub(crate) fn nth_float(&self, tag: Tag, number: usize) -> Option<f64> {
        let bytes = self.value(tag)?.as_chunks::<4>().0.get(number)?;
        Some(f64::from(match self.encoding {
            Encoding::ExplicitBig => f32::from_be_bytes(*bytes),
            Encoding::ImplicitLittle | Encoding::ExplicitLittle => f32::from_le_bytes(*bytes),
        }))
    }

    /// IEEE 754 numbers of 32 bits (FL).
    pub(crate) fn floats(&self, tag: Tag) -> Vec<f64> {
        let count = self.value(tag).map_or(0, |value| value.len() / 4);
        (0..count)
            .filter_map(|number| self.nth_float(tag, number))
            .collect()
    }

    /// The first IEEE 754 number of 64 bits (FD).
    pub(crate) fn double(&self, tag: Tag) -> Option<f64> {
        let bytes = self.value(tag)?.first_chunk::<8>()?;
        Some(match self.encoding {
            Encoding::ExplicitBig => f64::from_be_bytes(*bytes),
            Encoding::ImplicitLittle | Encoding::ExplicitLittle => f64::from_le_bytes(*bytes),
        })
    }

    /// IEEE 754 numbers of 64 bits (FD), at most 16 of them.
    pub(crate) fn doubles(&self, tag: Tag) -> Vec<f64> {
        self.all_doubles(tag).take(16).collect()
    }

    /// IEEE 754 numbers of 64 bits (OD).
    pub(crate) fn wide_doubles(&self, tag: Tag) -> Vec<f64> {
        self.all_doubles(tag).collect()
    }

    fn all_doubles(&self, tag: Tag) -> impl Iterator<Item = f64> {
        let (values, _rest) = self.value(tag).unwrap_or_default().as_chunks::<8>();
        values.iter().map(|bytes| match self.encoding {
            Encoding::ExplicitBig => f64::from_be_bytes(*bytes),
            Encoding::ImplicitLittle | Encoding::ExplicitLittle => f64::from_le_bytes(*bytes),
        })
    }

    /// The first 32-bit word (UL).
    pub(crate) fn long(&self, tag: Tag) -> Option<u32> {
        let bytes = self.value(tag)?.first_chunk::<4>()?;
        Some(match self.encoding {
            Encoding::ExplicitBig => u32::from_be_bytes(*bytes),
            Encoding::ImplicitLittle | Encoding::ExplicitLittle => u32::from_le_bytes(*bytes),
        })
    }

    const fn u16_from(&self, word: [u8; 2]) -> u16 {
        match self.encoding {
            Encoding::ExplicitBig => u16::from_be_bytes(word),
            Encoding::ImplicitLittle | Encoding::ExplicitLittle => u16::from_le_bytes(word),
        }
    }
}
