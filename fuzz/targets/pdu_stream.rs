//! The fuzzer of [`fuzz::receiver::pdu_stream`].
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz::receiver::pdu_stream(bytes));
