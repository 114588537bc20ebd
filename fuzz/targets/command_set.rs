//! The fuzzer of [`fuzz::receiver::command_set`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::receiver::command_set(bytes));
