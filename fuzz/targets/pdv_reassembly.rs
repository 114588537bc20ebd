//! The fuzzer of [`fuzz::receiver::pdv_reassembly`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::receiver::pdv_reassembly(bytes));
