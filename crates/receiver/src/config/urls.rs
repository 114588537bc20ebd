//! URLs of sinks: which can be used, and how they are shown.

use hyper::Uri;

/// A URL without user and password.
pub(super) fn without_user(url: &str) -> String {
    match (url.split_once("://"), url.rsplit_once('@')) {
        (Some((scheme, _)), Some((_, host))) => format!("{scheme}://(set)@{host}"),
        _ => url.to_owned(),
    }
}

/// Takes a URL that events can be sent to.
///
/// # Errors
/// Says what is wrong with it.
pub(crate) fn http_uri(url: &str) -> Result<Uri, String> {
    let uri: Uri = url.parse().map_err(|error| format!("not a URL: {error}"))?;
    match (uri.scheme_str(), uri.host()) {
        (Some("http" | "https"), Some(host)) if !host.is_empty() => Ok(uri),
        _ => Err("only http:// and https:// URLs with a host can be used".to_owned()),
    }
}

#[cfg(feature = "redis")]
pub(super) fn redis_url(url: &str) -> Result<(), String> {
    use redis::IntoConnectionInfo as _;
    // The error may show the password; it says nothing more.
    let problem =
        |_error| "must be redis[s]://[user:password@]host[:port][/database] or redis+unix:///path".to_owned();
    url.into_connection_info().map(|_info| ()).map_err(problem)
}

#[cfg(not(feature = "redis"))]
pub(super) fn redis_url(_url: &str) -> Result<(), String> {
    Err("this program was built without Redis".to_owned())
}

#[cfg(feature = "nats")]
pub(super) fn nats_url(url: &str) -> Result<(), String> {
    let problem = |_error| "must be nats://[user:password@]host[:port], or tls:// with the same".to_owned();
    url.parse::<async_nats::ServerAddr>()
        .map(|_address| ())
        .map_err(problem)
}

#[cfg(not(feature = "nats"))]
pub(super) fn nats_url(_url: &str) -> Result<(), String> {
    Err("this program was built without NATS".to_owned())
}
