//! The status page: `/health`, `/ready`, `/stats` and `/metrics` over HTTP, for the people and programs that watch
//! the receiver. It holds no patient data and takes no commands.

mod checks;

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::header::CONTENT_TYPE;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

pub(crate) use checks::Checks;

use crate::metrics::METRICS;

/// Requests at one time; more wait.
const MOST_REQUESTS: usize = 16;
/// Longest life of a connection.
const CONNECTION: Duration = Duration::from_secs(15);
/// Pause after `accept` failed.
const PAUSE: Duration = Duration::from_millis(200);

const JSON: &str = "application/json";
const TEXT: &str = "text/plain; charset=utf-8";
/// Of the OpenMetrics text format.
const METRICS_TEXT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Answers until it is dropped.
pub(crate) async fn serve(listener: TcpListener, checks: Arc<Checks>) {
    let places = Arc::new(Semaphore::new(MOST_REQUESTS));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else {
            return;
        };
        match listener.accept().await {
            Ok((stream, _)) => {
                let checks = Arc::clone(&checks);
                tokio::spawn(async move {
                    let _place = place;
                    if timeout(CONNECTION, answer(stream, checks)).await.is_err() {
                        tracing::debug!("a status connection took too long");
                    }
                });
            }
            Err(error) => {
                tracing::warn!(%error, "status listener");
                sleep(PAUSE).await;
            }
        }
    }
}

async fn answer(stream: TcpStream, checks: Arc<Checks>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let checks = Arc::clone(&checks);
        async move { Ok::<_, Infallible>(respond(&request, &checks).await) }
    });
    let served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(Duration::from_secs(5))
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service)
        .await;
    if let Err(error) = served {
        tracing::debug!(%error, "status connection");
    }
}

async fn respond(request: &Request<Incoming>, checks: &Arc<Checks>) -> Response<Full<Bytes>> {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return response(StatusCode::METHOD_NOT_ALLOWED, TEXT, "only GET\n".to_owned());
    }
    match request.uri().path() {
        "/health" => response(StatusCode::OK, TEXT, "ok\n".to_owned()),
        "/ready" => {
            let ready = checks.ready().await;
            let status = if ready.ready {
                StatusCode::OK
            } else {
                StatusCode::SERVICE_UNAVAILABLE
            };
            response(status, JSON, serde_json::to_string(&ready).unwrap_or_default())
        }
        "/stats" => {
            let stats = checks.stats().await;
            response(
                StatusCode::OK,
                JSON,
                serde_json::to_string(&stats).unwrap_or_default(),
            )
        }
        "/metrics" => response(StatusCode::OK, METRICS_TEXT, METRICS.text(&checks.levels().await)),
        _ => response(
            StatusCode::NOT_FOUND,
            TEXT,
            "/health, /ready, /stats or /metrics\n".to_owned(),
        ),
    }
}

fn response(status: StatusCode, content_type: &'static str, body: String) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(body)));
    *response.status_mut() = status;
    response.headers_mut().insert(
        CONTENT_TYPE,
        hyper::header::HeaderValue::from_static(content_type),
    );
    response
}
