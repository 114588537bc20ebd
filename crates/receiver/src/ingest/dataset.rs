//! The dataset as it streams past: inflated where its transfer syntax says so, walked, and read at the end.

use flate2::{Decompress, FlushDecompress, Status};

use super::index::Facts;
use super::syntax::Encoding;
use super::walk::{WalkError, Walker};

/// Inflated bytes that are walked. Beyond it a deflated object is taken as it is, so that a small object cannot
/// cost unbounded work.
const INFLATE_BUDGET: u64 = 256 << 20;

/// Watches a dataset go by.
pub(crate) struct DatasetReader {
    encoding: Encoding,
    walker: Walker,
    inflater: Option<Inflater>,
}

struct Inflater {
    stream: Decompress,
    out: Box<[u8]>,
    ended: bool,
    beyond_budget: bool,
}

impl DatasetReader {
    pub(crate) fn new(encoding: Encoding) -> Self {
        let inflater = encoding.deflated.then(|| Inflater {
            stream: Decompress::new(false),
            out: vec![0; 16 << 10].into_boxed_slice(),
            ended: false,
            beyond_budget: false,
        });
        Self {
            encoding,
            walker: Walker::new(encoding),
            inflater,
        }
    }

    /// Takes the next bytes, as they were sent.
    pub(crate) fn feed(&mut self, bytes: &[u8]) -> Result<(), WalkError> {
        match &mut self.inflater {
            None => self.walker.feed(bytes),
            Some(inflater) => inflater.feed(bytes, &mut self.walker),
        }
    }

    /// What the dataset says about itself, if it is whole.
    pub(crate) fn finish(self) -> Result<Facts, WalkError> {
        let beyond_budget = self
            .inflater
            .as_ref()
            .is_some_and(|inflater| inflater.beyond_budget);
        let cut = self
            .inflater
            .as_ref()
            .is_some_and(|inflater| !inflater.ended && !inflater.beyond_budget);
        if cut {
            return Err(WalkError::Deflate);
        }
        let values = if beyond_budget {
            self.walker.into_values()
        } else {
            self.walker.finish()?
        };
        Ok(Facts::read(&values, self.encoding))
    }
}

impl Inflater {
    fn feed(&mut self, mut bytes: &[u8], walker: &mut Walker) -> Result<(), WalkError> {
        // Bytes after the end of the deflated stream are padding (PS3.5 section A.5).
        while !self.ended && !self.beyond_budget {
            let (read, written) = (self.stream.total_in(), self.stream.total_out());
            let status = self
                .stream
                .decompress(bytes, &mut self.out, FlushDecompress::None)
                .map_err(|_damaged: flate2::DecompressError| WalkError::Deflate)?;
            let consumed = count(self.stream.total_in() - read);
            let produced = count(self.stream.total_out() - written);
            walker.feed(self.out.get(..produced).unwrap_or_default())?;
            bytes = bytes.get(consumed..).unwrap_or_default();
            self.ended = status == Status::StreamEnd;
            self.beyond_budget = self.stream.total_out() > INFLATE_BUDGET;
            if bytes.is_empty() && produced < self.out.len() || consumed == 0 && produced == 0 {
                break;
            }
        }
        Ok(())
    }
}

/// Both counts are bounded by a slice in memory.
fn count(bytes: u64) -> usize {
    usize::try_from(bytes).unwrap_or(usize::MAX)
}
