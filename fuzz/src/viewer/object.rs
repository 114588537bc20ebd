//! Objects written byte by byte around what a fuzzer brings.

/// How data elements are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    Implicit,
    Explicit,
    BigEndian,
}

/// A Part 10 file as it grows.
pub(super) struct Object {
    pub(super) bytes: Vec<u8>,
    encoding: Encoding,
}

impl Object {
    /// The file meta information of that transfer syntax.
    pub(super) fn new(syntax: &str) -> Self {
        let mut bytes = vec![0; 128];
        bytes.extend_from_slice(b"DICM");
        let mut object = Self {
            bytes,
            encoding: Encoding::Explicit,
        };
        object.put(2, 0x10, b"UI", syntax.as_bytes());
        object.encoding = match syntax {
            "1.2.840.10008.1.2" => Encoding::Implicit,
            "1.2.840.10008.1.2.2" => Encoding::BigEndian,
            _ => Encoding::Explicit,
        };
        object
    }

    fn short(&mut self, value: u16) {
        self.bytes.extend(match self.encoding {
            Encoding::BigEndian => value.to_be_bytes(),
            Encoding::Implicit | Encoding::Explicit => value.to_le_bytes(),
        });
    }

    fn length(&mut self, length: Option<usize>) {
        let length = length.map_or(u32::MAX, |length| u32::try_from(length).unwrap_or(u32::MAX));
        self.bytes.extend(match self.encoding {
            Encoding::BigEndian => length.to_be_bytes(),
            Encoding::Implicit | Encoding::Explicit => length.to_le_bytes(),
        });
    }

    /// An element whose length has 16 bits where there are VRs.
    pub(super) fn put(&mut self, group: u16, element: u16, vr: &[u8; 2], value: &[u8]) {
        let odd = value.len() % 2;
        let length = value.len() + odd;
        self.short(group);
        self.short(element);
        if self.encoding == Encoding::Implicit {
            self.length(Some(length));
        } else {
            self.bytes.extend_from_slice(vr);
            self.short(u16::try_from(length).unwrap_or_default());
        }
        self.bytes.extend_from_slice(value);
        let padding = if vr == b"UI" { 0 } else { b' ' };
        self.bytes.extend(std::iter::repeat_n(padding, odd));
    }

    /// A number of 16 bits of group 0028.
    pub(super) fn word(&mut self, element: u16, value: u16) {
        let bytes = match self.encoding {
            Encoding::BigEndian => value.to_be_bytes(),
            Encoding::Implicit | Encoding::Explicit => value.to_le_bytes(),
        };
        self.put(0x28, element, b"US", &bytes);
    }

    /// The header of an element whose length has 32 bits; none is undefined.
    pub(super) fn long(&mut self, group: u16, element: u16, vr: &[u8; 2], length: Option<usize>) {
        self.short(group);
        self.short(element);
        if self.encoding != Encoding::Implicit {
            self.bytes.extend_from_slice(vr);
            self.short(0);
        }
        self.length(length);
    }

    /// Pixel Data in one fragment.
    pub(super) fn encapsulate(&mut self, stream: &[u8]) {
        self.long(0x7FE0, 0x10, b"OB", None);
        for item in [&[], stream] {
            self.bytes.extend([0xFE, 0xFF, 0x00, 0xE0]);
            self.length(Some(item.len()));
            self.bytes.extend_from_slice(item);
        }
        self.bytes.extend([0xFE, 0xFF, 0xDD, 0xE0, 0, 0, 0, 0]);
    }
}

/// The Image Pixel module of small frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    pub(super) rows: u16,
    pub(super) columns: u16,
    pub(super) samples: u16,
    pub(super) frames: u16,
    pub(super) photometric: &'static str,
    pub(super) bits_allocated: u16,
    pub(super) bits_stored: u16,
    pub(super) high_bit: u16,
    pub(super) is_signed: bool,
    pub(super) is_planar: bool,
}

impl Shape {
    pub(super) fn write(self, object: &mut Object) {
        object.word(0x02, self.samples);
        object.put(0x28, 0x04, b"CS", self.photometric.as_bytes());
        if self.samples > 1 {
            object.word(0x06, u16::from(self.is_planar));
        }
        object.put(0x28, 0x08, b"IS", self.frames.to_string().as_bytes());
        object.word(0x10, self.rows);
        object.word(0x11, self.columns);
        object.word(0x100, self.bits_allocated);
        object.word(0x101, self.bits_stored);
        object.word(0x102, self.high_bit);
        object.word(0x103, u16::from(self.is_signed));
    }

    /// Samples of a frame.
    pub(super) fn samples_of_frame(self) -> usize {
        usize::from(self.rows) * usize::from(self.columns) * usize::from(self.samples)
    }
}
