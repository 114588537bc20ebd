//! `noctis_reports`: the JavaScript door to [`viewer_core::annotate`]. Loaded when annotations leave or come in; sets of them are
//! JSON.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use viewer_core::{
    annotate::{
        Annotations, merged,
        sr::{self, ReportInput, ReportSubject},
        to_csv,
    },
    decode::Limits,
};
use viewer_js::to_js;
use wasm_bindgen::{JsValue, prelude::wasm_bindgen};

/// What the page describes in JSON.
///
/// # Errors
/// When it is something else.
fn given<T: DeserializeOwned>(what: &str, json: &str) -> Result<T, JsValue> {
    serde_json::from_str(json).map_err(|error| viewer_js::misuse(&format!("{what}: {error}")))
}

/// A set that has been checked.
fn checked(json: &str) -> Result<Annotations, JsValue> {
    let set: Annotations = given("the annotations", json)?;
    set.check().map_err(|error| to_js(&error))?;
    Ok(set)
}

/// The set as it is kept, checked.
///
/// # Errors
/// When it is none, or as [`Annotations::check`].
#[wasm_bindgen]
pub fn check(json: &str) -> Result<String, JsValue> {
    viewer_js::described(&checked(json)?)
}

/// As [`to_csv`].
///
/// # Errors
/// As [`check`].
#[wasm_bindgen]
pub fn csv(json: &str) -> Result<String, JsValue> {
    Ok(to_csv(&checked(json)?))
}

/// As [`merged`].
///
/// # Errors
/// As [`check`].
#[wasm_bindgen]
pub fn merge(into: &str, from: &str) -> Result<String, JsValue> {
    viewer_js::described(&merged(checked(into)?, checked(from)?))
}

/// What a report needs besides the annotations.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    subject: ReportSubject,
    sop_instance_uid: String,
    series_instance_uid: String,
    device_uid: String,
    observer: Option<String>,
    date: String,
    time: String,
}

/// The annotations as a Part 10 file; `request` is JSON.
///
/// # Errors
/// As [`check`] and [`sr::report`].
#[wasm_bindgen]
pub fn report(json: &str, request: &str) -> Result<Vec<u8>, JsValue> {
    let set = checked(json)?;
    let request: Request = given("the report", request)?;
    let input = ReportInput {
        subject: &request.subject,
        sop_instance_uid: &request.sop_instance_uid,
        series_instance_uid: &request.series_instance_uid,
        device_uid: &request.device_uid,
        observer: request.observer.as_deref(),
        date: &request.date,
        time: &request.time,
    };
    sr::report(&set, &input).map_err(|error| to_js(&error))
}

#[derive(Serialize)]
struct Read<'r> {
    set: &'r Annotations,
    warnings: &'r [String],
}

/// JSON: the annotations of a report, and what was left out.
///
/// # Errors
/// As [`sr::read_report`].
#[wasm_bindgen(js_name = readReport)]
pub fn read_report(bytes: Vec<u8>) -> Result<String, JsValue> {
    let read =
        sr::read_report(bytes, &Limits::default(), viewer_js::decode_text).map_err(|error| to_js(&error))?;
    viewer_js::described(&Read {
        set: &read.set,
        warnings: &read.warnings,
    })
}
