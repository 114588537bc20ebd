//! NumPy arrays of any type of number, read where they are.

use numpy::{PyReadonlyArrayDyn, PyUntypedArrayMethods as _};
use pyo3::{exceptions::PyTypeError, prelude::*};

/// An array of a type that the core reads.
pub(crate) enum Samples<'py> {
    U8(PyReadonlyArrayDyn<'py, u8>),
    I8(PyReadonlyArrayDyn<'py, i8>),
    U16(PyReadonlyArrayDyn<'py, u16>),
    I16(PyReadonlyArrayDyn<'py, i16>),
    U32(PyReadonlyArrayDyn<'py, u32>),
    I32(PyReadonlyArrayDyn<'py, i32>),
    F32(PyReadonlyArrayDyn<'py, f32>),
    F64(PyReadonlyArrayDyn<'py, f64>),
}

impl<'py> Samples<'py> {
    /// The array: as it is where its type is one of ours and its values lie one after the other, else a copy that is.
    pub(crate) fn of(values: &Bound<'py, PyAny>) -> PyResult<Self> {
        let numpy = values.py().import("numpy")?;
        let array = numpy.call_method1("ascontiguousarray", (values,))?;
        if let Some(samples) = Self::known(&array) {
            return Ok(samples);
        }
        let wide = array
            .call_method1("astype", ("float64",))
            .map_err(|_not_numbers| PyTypeError::new_err("an array of real numbers is needed"))?;
        Self::known(&wide).ok_or_else(|| PyTypeError::new_err("an array of real numbers is needed"))
    }

    fn known(array: &Bound<'py, PyAny>) -> Option<Self> {
        macro_rules! first_of {
            ($($variant:ident),*) => {
                None$(.or_else(|| array.extract().ok().map(Self::$variant)))*
            };
        }
        first_of!(I16, U16, U8, F32, F64, I32, U32, I8)
    }

    /// Shape, slowest axis first.
    pub(crate) fn shape(&self) -> Vec<usize> {
        with!(self, |array| array.shape().to_vec())
    }
}

/// Does something with the array, whatever its type.
macro_rules! with {
    ($samples:expr, |$array:ident| $body:expr) => {
        match $samples {
            $crate::samples::Samples::U8($array) => $body,
            $crate::samples::Samples::I8($array) => $body,
            $crate::samples::Samples::U16($array) => $body,
            $crate::samples::Samples::I16($array) => $body,
            $crate::samples::Samples::U32($array) => $body,
            $crate::samples::Samples::I32($array) => $body,
            $crate::samples::Samples::F32($array) => $body,
            $crate::samples::Samples::F64($array) => $body,
        }
    };
}
pub(crate) use with;

/// Does something with the values, as a slice, whatever their type, while Python goes on.
macro_rules! detached {
    ($py:expr, $samples:expr, |$slice:ident| $body:expr) => {
        $crate::samples::with!($samples, |array| {
            let $slice = array.as_slice()?;
            $py.detach(|| $body)
        })
    };
}
pub(crate) use detached;
