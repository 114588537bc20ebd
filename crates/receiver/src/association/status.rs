//! DIMSE statuses (PS3.7 annex C, PS3.4 section B.2.3), and when each is the answer: the conformance statement prints this table.

/// What C-STORE and C-ECHO are answered, and every command that is not known.
pub(crate) const OF_STORAGE: [(u16, &str); 7] = [
    (SUCCESS, "stored and announced, or there already"),
    (
        DUPLICATE_SOP_INSTANCE,
        "another object has this SOP Instance UID (`objects.conflict = \"reject\"`)",
    ),
    (
        SOP_CLASS_NOT_SUPPORTED,
        "C-ECHO on another context than Verification's",
    ),
    (UNRECOGNIZED_OPERATION, "any other command"),
    (
        OUT_OF_RESOURCES,
        "storage or outbox failed, disk full or free space below the mark, or larger than `max_object_bytes`",
    ),
    (
        DOES_NOT_MATCH,
        "UID or class of command, dataset and presentation context differ",
    ),
    (
        CANNOT_UNDERSTAND,
        "the dataset is not whole or not readable, or an identifier is absent or malformed",
    ),
];

/// What a storage commitment request (N-ACTION) is answered.
pub(crate) const OF_COMMITMENT: [(u16, &str); 7] = [
    (SUCCESS, "the result follows"),
    (PROCESSING_FAILURE, "the request could not be kept"),
    (NO_SUCH_SOP_INSTANCE, "not the well-known instance"),
    (
        INVALID_ARGUMENT,
        "no Transaction UID or no reference, or not readable",
    ),
    (NO_SUCH_SOP_CLASS, "not the class of the presentation context"),
    (NO_SUCH_ACTION, "another action than 1"),
    (
        RESOURCE_LIMITATION,
        "as many results wait as may (`commitment.most_waiting`)",
    ),
];

pub(super) const SUCCESS: u16 = 0x0000;
pub(super) const PROCESSING_FAILURE: u16 = 0x0110;
pub(super) const DUPLICATE_SOP_INSTANCE: u16 = 0x0111;
pub(super) const NO_SUCH_SOP_INSTANCE: u16 = 0x0112;
pub(super) const INVALID_ARGUMENT: u16 = 0x0115;
pub(super) const NO_SUCH_SOP_CLASS: u16 = 0x0118;
pub(super) const SOP_CLASS_NOT_SUPPORTED: u16 = 0x0122;
pub(super) const NO_SUCH_ACTION: u16 = 0x0123;
pub(super) const UNRECOGNIZED_OPERATION: u16 = 0x0211;
pub(super) const RESOURCE_LIMITATION: u16 = 0x0213;
pub(super) const OUT_OF_RESOURCES: u16 = 0xA700;
pub(super) const DOES_NOT_MATCH: u16 = 0xA900;
pub(super) const CANNOT_UNDERSTAND: u16 = 0xC000;
