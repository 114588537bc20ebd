//! `--volume`: the volumes of the series in some files and folders, one JSON line a series.

mod load;
mod planes;
mod report;
mod series;

use std::io::{self, Write};

use viewer_core::{
    Error, ErrorKind,
    volume::{Assembly, Head, Layout, assemble},
};

use crate::options::Options;
use report::{Report, Written};
use series::Series;

/// Puts together what is in the files and folders; false when one could not be read or a volume not be made.
///
/// # Errors
/// Those of the output.
pub(crate) fn probe(options: &Options, out: &mut impl Write) -> io::Result<bool> {
    let (all, failed) = series::read(options);
    let mut reports: Vec<Report<'_>> = Vec::new();
    let is_one = all.len() == 1;
    for series in &all {
        let heads: Vec<Head> = series
            .objects
            .iter()
            .zip(0..)
            .flat_map(|((_, info), object)| Head::of(info, object))
            .collect();
        let assembly = assemble(&heads);
        let mut report = Report::new(series);
        if options.volume.load
            || options.raw.is_some()
            || options.volume.planes.is_some()
            || !options.volume.at.is_empty()
        {
            let written = if is_one {
                voxels(series, &assembly, options, &mut report)
            } else {
                Err(Error::new(
                    ErrorKind::Malformed,
                    format!("voxels of one series are given: here are {}", all.len()),
                ))
            };
            report.fail(written.err().as_ref());
        }
        report.assembly.volumes = assembly.volumes;
        report.assembly.findings.splice(0..0, assembly.findings);
        reports.push(report);
    }
    let mut all_ok = failed.is_empty() && !all.is_empty();
    for (path, error) in &failed {
        report::write(out, &report::failure(path, error))?;
    }
    for report in &reports {
        all_ok &= report.is_ok();
        report::write(out, report)?;
    }
    Ok(all_ok)
}

/// Loads the volume that was asked for and notes what was asked of it.
///
/// # Errors
/// When there is no such volume, one of its slices cannot be read, or a file not be written.
fn voxels(
    series: &Series,
    assembly: &Assembly,
    options: &Options,
    report: &mut Report<'_>,
) -> Result<(), Error> {
    let asked = &options.volume;
    let layout: &Layout = assembly.volumes.get(asked.number).ok_or_else(|| {
        Error::new(
            ErrorKind::Malformed,
            format!(
                "there is no volume {}: the series has {}",
                asked.number,
                assembly.volumes.len()
            ),
        )
    })?;
    let (volume, finding) = load::volume(series, layout, options)?;
    report.reduced(asked.number, finding);
    if let Some(raw) = &options.raw {
        std::fs::write(raw, volume.voxels()).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    }
    if let Some((asked, out)) = asked.planes.as_ref().zip(asked.plane_values.as_ref()) {
        planes::write(&volume, asked, out)?;
    }
    report.written = Some(Written::of(&volume));
    report.values = asked.at.iter().map(|at| report::value(&volume, *at)).collect();
    Ok(())
}
