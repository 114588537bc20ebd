//! The objects in files and folders, by series.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use viewer_core::{Error, ErrorKind, decode::DicomObject, metadata::InstanceInfo};

use crate::options::Options;

/// The objects of one series, in the order of their files.
#[derive(Debug, Default)]
pub(crate) struct Series {
    pub(crate) objects: Vec<(PathBuf, InstanceInfo)>,
}

type Failures = Vec<(PathBuf, Error)>;

/// All series, by UID, and what could not be read. Files of folders that are no DICOM are passed over.
pub(crate) fn read(options: &Options) -> (Vec<Series>, Failures) {
    let mut all: BTreeMap<String, Series> = BTreeMap::new();
    let mut failed = Failures::new();
    for given in &options.files {
        let files = if given.is_dir() {
            files_below(given)
        } else {
            vec![given.clone()]
        };
        for path in files {
            match open(&path, options) {
                Ok(object) => {
                    let info = object.info().clone();
                    let series = all.entry(info.series_instance_uid.clone()).or_default();
                    series.objects.push((path, info));
                }
                Err(error) if error.kind == ErrorKind::Malformed && given.is_dir() => {}
                Err(error) => failed.push((path, error)),
            }
        }
    }
    (all.into_values().collect(), failed)
}

/// Opens a file.
///
/// # Errors
/// `io`, or those of the object.
pub(crate) fn open(path: &Path, options: &Options) -> Result<DicomObject, Error> {
    let bytes = std::fs::read(path).map_err(|error| Error::new(ErrorKind::Io, error.to_string()))?;
    DicomObject::open(bytes, &options.limits())
}

/// The files in a folder and its folders, by name; what cannot be listed is left out.
fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut entries: Vec<PathBuf> = std::fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    entries.sort();
    let inside = entries.into_iter().flat_map(|path| {
        if path.is_dir() {
            files_below(&path)
        } else {
            vec![path]
        }
    });
    inside.collect()
}
