//! The stream of presentation data values: P-DATA-TF PDUs are taken apart as they arrive, nothing is collected
//! (PS3.8 section 9.3.5 and annex E). A PDU may hold several values, of several messages.

use std::time::Duration;

use dicom_ul::pdu::Pdu;

use super::acse::pdu_type;
use super::wire::Wire;
use super::{End, Fault, encode};

/// A fragment whose header is read and whose bytes are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Fragment {
    pub(super) context: u8,
    pub(super) is_command: bool,
    pub(super) is_last: bool,
    /// Bytes of it that are still to be read.
    pub(super) left: usize,
}

/// Item length, context id and message control header.
const VALUE_HEADER: usize = 6;
/// Largest P-DATA that is sent, whatever the peer would take.
const LARGEST_SENT: usize = 64 << 10;

/// Reads fragments off the wire.
pub(super) struct Fragments<'w> {
    pub(super) wire: &'w mut Wire,
    /// Bytes of the current PDU that no fragment has claimed.
    pdu_left: usize,
    max_pdu: u32,
}

impl<'w> Fragments<'w> {
    pub(super) fn new(wire: &'w mut Wire, max_pdu: u32) -> Self {
        Self {
            wire,
            pdu_left: 0,
            max_pdu,
        }
    }

    /// The next fragment. The bytes of the one before must have been read. `between_messages` is how long to wait when
    /// no message has begun, and says that a release is in order.
    ///
    /// # Errors
    /// When the association ends, in order or not.
    pub(super) async fn next(&mut self, between_messages: Option<Duration>) -> Result<Fragment, End> {
        if self.pdu_left == 0 {
            self.next_pdu(between_messages).await?;
        }
        if self.pdu_left < VALUE_HEADER {
            return Err(Fault::InvalidParameter.into());
        }
        let [a, b, c, d, context, control] = self.wire.array().await?;
        let item = u32::from_be_bytes([a, b, c, d]) as usize;
        if item < 2 || item > self.pdu_left - 4 {
            return Err(Fault::InvalidParameter.into());
        }
        self.pdu_left -= 4 + item;
        Ok(Fragment {
            context,
            is_command: control & 1 != 0,
            is_last: control & 2 != 0,
            left: item - 2,
        })
    }

    /// The next fragment of the dataset of a message.
    ///
    /// # Errors
    /// As [`Fragments::next`], and when it belongs to something else.
    pub(super) async fn of_dataset(&mut self, context: u8) -> Result<Fragment, End> {
        let fragment = self.next(None).await?;
        if fragment.is_command || fragment.context != context {
            return Err(Fault::UnexpectedParameter.into());
        }
        Ok(fragment)
    }

    /// Reads the header of the next P-DATA; answers a release.
    async fn next_pdu(&mut self, between_messages: Option<Duration>) -> Result<(), End> {
        if let Some(idle) = between_messages {
            self.wire.wait(idle).await?;
        }
        let [kind, _, length @ ..] = self.wire.array::<6>().await?;
        let length = u32::from_be_bytes(length);
        match kind {
            pdu_type::P_DATA if (1..=self.max_pdu).contains(&length) => {
                self.pdu_left = length as usize;
                Ok(())
            }
            pdu_type::P_DATA => Err(Fault::InvalidParameter.into()),
            pdu_type::ABORT => Err(End::Aborted),
            pdu_type::RELEASE_RQ if between_messages.is_some() && length == 4 => {
                self.wire.skip(4).await?;
                self.wire.send(&encode(&Pdu::ReleaseRP)).await?;
                Err(End::Released)
            }
            known if pdu_type::is_known(known) => Err(Fault::UnexpectedPdu.into()),
            _ => Err(Fault::UnrecognizedPdu.into()),
        }
    }
}

/// A command set or a dataset as P-DATA-TF PDUs, none longer than the peer takes.
pub(super) fn pdus(context: u8, is_command: bool, message: &[u8], peer_max_pdu: Option<u32>) -> Vec<u8> {
    let most = peer_max_pdu.map_or(LARGEST_SENT, |most| (most as usize).min(LARGEST_SENT));
    let fragment = most.saturating_sub(VALUE_HEADER).max(1);
    let mut bytes = Vec::with_capacity(message.len() + 16);
    let mut rest = message;
    while !rest.is_empty() {
        let (now, later) = rest.split_at(fragment.min(rest.len()));
        rest = later;
        let item = u32::try_from(now.len() + 2).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&[pdu_type::P_DATA, 0]);
        bytes.extend_from_slice(&(item + 4).to_be_bytes());
        bytes.extend_from_slice(&item.to_be_bytes());
        let last = if rest.is_empty() { 2 } else { 0 };
        bytes.extend_from_slice(&[context, u8::from(is_command) | last]);
        bytes.extend_from_slice(now);
    }
    bytes
}
