//! The fuzzer of [`fuzz::viewer::encapsulation`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::viewer::encapsulation(bytes));
