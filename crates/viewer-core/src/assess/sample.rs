//! Numbers of any width.

/// A number that a picture may be made of.
pub trait Sample: Copy {
    /// Its value.
    fn value(self) -> f64;
}

macro_rules! samples {
    ($($name:ty),*) => {$(
        impl Sample for $name {
            #[inline]
            fn value(self) -> f64 {
                f64::from(self)
            }
        }
    )*};
}

samples!(u8, i8, u16, i16, u32, i32, f32, f64);
