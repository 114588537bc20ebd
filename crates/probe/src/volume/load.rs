//! The voxels of a volume, one slice in memory at a time beside the volume itself.

use viewer_core::{
    Error, ErrorKind, Frame,
    decode::DicomObject,
    volume::{Finding, Layout, Reducer, Source, Volume, VolumeSpec},
};

use super::series::{self, Series};
use crate::options::Options;

/// Reads every slice of `layout`; reduced where the options ask for it, with the finding that says so.
///
/// # Errors
/// Those of the objects, and of [`Reducer::new`] and [`Volume::new`].
pub(crate) fn volume(
    series: &Series,
    layout: &Layout,
    options: &Options,
) -> Result<(Volume, Option<Finding>), Error> {
    let mut open = Open::default();
    let mut target: Option<Target> = None;
    for (slice, source) in (0..).zip(&layout.sources) {
        let frame = open.frame(series, *source, options)?;
        let target = match &mut target {
            Some(target) => target,
            None => target.insert(Target::new(layout.spec(frame.spec()), options)?),
        };
        if frame.spec().format != layout.format {
            return Err(Error::new(
                ErrorKind::Malformed,
                "a frame has another format than its header says",
            ));
        }
        target.write(slice, frame.pixels())?;
    }
    let target = target.ok_or_else(|| Error::new(ErrorKind::NoPixelData, "the volume has no slices"))?;
    target.finish()
}

/// A volume, and the sums of its blocks where it is reduced.
struct Target {
    volume: Volume,
    reducer: Option<Reducer>,
}

impl Target {
    fn new(spec: VolumeSpec, options: &Options) -> Result<Self, Error> {
        let factors = options.volume.budget().factors(&spec)?;
        if factors == [1; 3] {
            return Ok(Self {
                volume: Volume::new(spec)?,
                reducer: None,
            });
        }
        let reducer = Reducer::new(&spec, factors)?;
        Ok(Self {
            volume: Volume::new(reducer.spec().clone())?,
            reducer: Some(reducer),
        })
    }

    fn write(&mut self, slice: u32, pixels: &[u8]) -> Result<(), Error> {
        let Some(reducer) = &mut self.reducer else {
            return self.volume.write_slice(slice, pixels);
        };
        match reducer.write_slice(slice, pixels)? {
            Some(whole) => self.volume.write_slice(whole.number, &whole.pixels),
            None => Ok(()),
        }
    }

    fn finish(mut self) -> Result<(Volume, Option<Finding>), Error> {
        while let Some(rest) = self.reducer.as_mut().and_then(Reducer::flush) {
            self.volume.write_slice(rest.number, &rest.pixels)?;
        }
        let finding = self.reducer.as_ref().and_then(Reducer::finding);
        Ok((self.volume, finding))
    }
}

/// The object that was read last: the next slice is often another frame of it.
#[derive(Default)]
struct Open {
    last: Option<(u32, DicomObject)>,
}

impl Open {
    fn frame(&mut self, series: &Series, source: Source, options: &Options) -> Result<Frame, Error> {
        let number = source.object;
        if self.last.as_ref().is_none_or(|(last, _)| *last != number) {
            let object = series.objects.get(number as usize);
            let (path, _) =
                object.ok_or_else(|| Error::new(ErrorKind::Malformed, "there is no such object"))?;
            self.last = Some((number, series::open(path, options)?));
        }
        let (_, object) = self
            .last
            .as_ref()
            .ok_or_else(|| Error::new(ErrorKind::Malformed, "there is no such object"))?;
        object.frame(source.frame, codecs::decode)
    }
}
