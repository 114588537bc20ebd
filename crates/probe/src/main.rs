//! `noctis-probe`: what viewer-core sees in DICOM files, one JSON line a file.
#![forbid(unsafe_code)]

mod backend;
mod options;
mod picture;
mod report;
mod volume;

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
    process::ExitCode,
};

use clap::Parser;
use viewer_core::{Error, ErrorKind, decode::DicomObject};

use options::Options;
use report::Report;

fn main() -> ExitCode {
    let options = Options::parse();
    if let Err(error) = options.check() {
        error.exit();
    }
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            // the reader of the output went away, or it cannot be written: nothing more can be said there
            let _unwritable = writeln!(io::stderr(), "noctis-probe: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Probes every file; false when one of them failed.
fn run(options: &Options) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    if options.volume.volume {
        return volume::probe(options, &mut out);
    }
    let mut all_ok = true;
    for path in &options.files {
        let report = probe(path, options);
        all_ok &= report.is_ok();
        serde_json::to_writer(&mut out, &report)?;
        out.write_all(b"\n")?;
        out.flush()?;
    }
    Ok(all_ok)
}

/// Opens a file, hashes its frames one at a time, and writes what was asked for.
fn probe(path: &Path, options: &Options) -> Report {
    let mut report = Report::new(path);
    let object = std::fs::read(path)
        .map_err(|error| Error::new(ErrorKind::Io, error.to_string()))
        .and_then(|bytes| DicomObject::open(bytes, &options.limits()));
    let object = match object {
        Ok(object) => object,
        Err(error) => {
            report.fail(&error);
            return report;
        }
    };
    report.describe(object.info());
    report.warn(object.warnings());
    if options.info {
        report.describe_all(object.info());
    }
    let result = stored_values(&object, options, &mut report).and_then(|()| match &options.render {
        Some(target) => picture::render(&object, options, target).map(|warnings| report.warn(&warnings)),
        None => Ok(()),
    });
    if let Err(error) = result {
        report.fail(&error);
    }
    report
}

/// Hashes every frame; with `--raw` writes it too. A broken frame is noted and spares the others.
fn stored_values(object: &DicomObject, options: &Options, report: &mut Report) -> Result<(), Error> {
    let io_error = |error: io::Error| Error::new(ErrorKind::Io, error.to_string());
    let mut raw = options
        .raw
        .as_ref()
        .map(File::create)
        .transpose()
        .map_err(io_error)?
        .map(BufWriter::new);
    for index in 0..object.frame_count() {
        match object.stored_frame(index, codecs::decode) {
            Ok(frame) => {
                report.push_frame(Some(&frame.pixels));
                report.warn(&frame.warnings);
                if let Some(raw) = &mut raw {
                    raw.write_all(&frame.pixels).map_err(io_error)?;
                }
            }
            Err(error) => {
                report.push_frame(None);
                report.fail(&error);
            }
        }
    }
    raw.map_or(Ok(()), |mut raw| raw.flush()).map_err(io_error)
}
