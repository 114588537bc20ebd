//! The fuzzer of [`fuzz::receiver::dataset_walk`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::receiver::dataset_walk(bytes));
