//! Counters of this process, as Prometheus reads them. Nothing in them is of a patient, and no label holds what a peer
//! chose.

use std::sync::LazyLock;
use std::sync::atomic::AtomicU64;
use std::time::Instant;

use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::metrics::histogram::{Histogram, exponential_buckets};
use prometheus_client::registry::Registry;

/// One label with its value.
type One = [(&'static str, String); 1];
type Two = [(&'static str, String); 2];
type Seconds = Gauge<f64, AtomicU64>;

/// The counters of this process.
pub(crate) static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

pub(crate) struct Metrics {
    registry: Registry,
    pub(crate) half_open: Gauge,
    pub(crate) associations_active: Gauge,
    associations: Family<One, Counter>,
    association_rejects: Family<Two, Counter>,
    aborts: Family<Two, Counter>,
    cstore: Family<One, Counter>,
    pub(crate) cstore_bytes: Counter,
    pub(crate) cstore_seconds: Histogram,
    pub(crate) fsync_seconds: Histogram,
    pub(crate) outbox_commit_seconds: Histogram,
    pub(crate) cecho: Counter,
    duplicates: Family<One, Counter>,
    quarantined: Family<One, Counter>,
    deliveries: Family<Two, Counter>,
    outbox_depth: Family<One, Gauge>,
    outbox_waiting: Family<One, Gauge>,
    outbox_oldest_seconds: Seconds,
    disk_free_bytes: Gauge,
}

/// What is looked up when somebody asks.
#[derive(Debug, Default, Clone)]
pub(crate) struct Levels {
    pub(crate) outbox_depth: Vec<(&'static str, i64)>,
    pub(crate) outbox_waiting: Vec<(String, i64)>,
    pub(crate) outbox_oldest_seconds: f64,
    pub(crate) disk_free_bytes: u64,
}

impl Metrics {
    #[expect(clippy::too_many_lines, reason = "one line for each metric")]
    fn new() -> Self {
        let mut registry = Registry::with_prefix("noctis_rx");
        // From 0.25 ms to 8 s.
        let histogram = || Histogram::new(exponential_buckets(0.000_25, 2.0, 16));
        let metrics = Self {
            half_open: Gauge::default(),
            associations_active: Gauge::default(),
            associations: Family::default(),
            association_rejects: Family::default(),
            aborts: Family::default(),
            cstore: Family::default(),
            cstore_bytes: Counter::default(),
            cstore_seconds: histogram(),
            fsync_seconds: histogram(),
            outbox_commit_seconds: histogram(),
            cecho: Counter::default(),
            duplicates: Family::default(),
            quarantined: Family::default(),
            deliveries: Family::default(),
            outbox_depth: Family::default(),
            outbox_waiting: Family::default(),
            outbox_oldest_seconds: Seconds::default(),
            disk_free_bytes: Gauge::default(),
            registry: Registry::default(),
        };
        // What has not happened yet is shown as 0, not left out.
        metrics.begin_at_zero();
        let build = Family::<One, Gauge>::default();
        build
            .get_or_create(&[("version", env!("CARGO_PKG_VERSION").to_owned())])
            .set(1);
        registry.register("build_info", "Version of the receiver", build);
        registry.register(
            "half_open",
            "Connections without a whole request",
            metrics.half_open.clone(),
        );
        registry.register(
            "associations_active",
            "Associations that are open",
            metrics.associations_active.clone(),
        );
        registry.register(
            "associations",
            "Connections by how they ended",
            metrics.associations.clone(),
        );
        registry.register(
            "association_rejects",
            "A-ASSOCIATE-RJ sent, by source and reason of PS3.8 table 9-21",
            metrics.association_rejects.clone(),
        );
        registry.register("aborts", "A-ABORT by who sent it and why", metrics.aborts.clone());
        registry.register("cstore", "C-STORE responses by status", metrics.cstore.clone());
        registry.register(
            "cstore_bytes",
            "Dataset bytes of objects that were taken",
            metrics.cstore_bytes.clone(),
        );
        registry.register(
            "cstore_seconds",
            "From a C-STORE command to its response",
            metrics.cstore_seconds.clone(),
        );
        registry.register(
            "fsync_seconds",
            "Syncs of object files",
            metrics.fsync_seconds.clone(),
        );
        registry.register(
            "outbox_commit_seconds",
            "Commits of the outbox",
            metrics.outbox_commit_seconds.clone(),
        );
        registry.register("cecho", "C-ECHO requests", metrics.cecho.clone());
        registry.register(
            "duplicates",
            "Objects that were there already, by what was done",
            metrics.duplicates.clone(),
        );
        registry.register("quarantined", "Objects put aside", metrics.quarantined.clone());
        registry.register(
            "delivery",
            "Deliveries by sink and result",
            metrics.deliveries.clone(),
        );
        registry.register("outbox_depth", "Events by state", metrics.outbox_depth.clone());
        registry.register(
            "outbox_waiting",
            "Events that wait for a sink",
            metrics.outbox_waiting.clone(),
        );
        registry.register(
            "outbox_oldest_seconds",
            "Age of the oldest event that waits",
            metrics.outbox_oldest_seconds.clone(),
        );
        registry.register(
            "disk_free_bytes",
            "Free space for objects",
            metrics.disk_free_bytes.clone(),
        );
        Self { registry, ..metrics }
    }

    fn begin_at_zero(&self) {
        let one = |name, value: &str| [(name, value.to_owned())];
        let two = |(name, value), (other, other_value)| {
            let text = |value: &str| value.to_owned();
            [(name, text(value)), (other, text(other_value))]
        };
        drop(self.associations.get_or_create(&one("result", "released")));
        let rejected = two(("source", "ServiceUser"), ("reason", "NoReasonGiven"));
        drop(self.association_rejects.get_or_create(&rejected));
        drop(
            self.aborts
                .get_or_create(&two(("by", "peer"), ("reason", "aborted"))),
        );
        drop(self.cstore.get_or_create(&one("status", "0000")));
        drop(self.duplicates.get_or_create(&one("kind", "same")));
        drop(self.quarantined.get_or_create(&one("reason", "dataset")));
        self.delivered("webhook", "done", 0);
    }

    pub(crate) fn association_ended(&self, how: &str) {
        self.associations
            .get_or_create(&[("result", how.to_owned())])
            .inc();
    }

    pub(crate) fn association_rejected(&self, source: &str, reason: &str) {
        let labels = [("source", source.to_owned()), ("reason", reason.to_owned())];
        self.association_rejects.get_or_create(&labels).inc();
    }

    pub(crate) fn aborted(&self, by: &str, reason: &str) {
        let labels = [("by", by.to_owned()), ("reason", reason.to_owned())];
        self.aborts.get_or_create(&labels).inc();
    }

    /// A C-STORE was answered.
    pub(crate) fn stored(&self, status: u16, bytes: u64, begun: Instant) {
        self.cstore
            .get_or_create(&[("status", format!("{status:04X}"))])
            .inc();
        self.cstore_seconds.observe(begun.elapsed().as_secs_f64());
        self.cstore_bytes.inc_by(bytes);
    }

    pub(crate) fn duplicate(&self, kind: &str) {
        self.duplicates.get_or_create(&[("kind", kind.to_owned())]).inc();
    }

    pub(crate) fn quarantined(&self, reason: &str) {
        self.quarantined
            .get_or_create(&[("reason", reason.to_owned())])
            .inc();
    }

    pub(crate) fn delivered(&self, sink: &str, result: &str, events: usize) {
        let labels = [("sink", sink.to_owned()), ("result", result.to_owned())];
        self.deliveries.get_or_create(&labels).inc_by(events as u64);
    }

    /// All of them in the text format of OpenMetrics.
    pub(crate) fn text(&self, levels: &Levels) -> String {
        for (state, count) in &levels.outbox_depth {
            self.outbox_depth
                .get_or_create(&[("state", (*state).to_owned())])
                .set(*count);
        }
        self.outbox_waiting.clear();
        self.outbox_waiting
            .get_or_create(&[("sink", "webhook".to_owned())])
            .set(0);
        for (sink, count) in &levels.outbox_waiting {
            self.outbox_waiting
                .get_or_create(&[("sink", sink.clone())])
                .set(*count);
        }
        self.outbox_oldest_seconds.set(levels.outbox_oldest_seconds);
        self.disk_free_bytes
            .set(i64::try_from(levels.disk_free_bytes).unwrap_or(i64::MAX));
        let mut text = String::new();
        if encode(&mut text, &self.registry).is_err() {
            text.clear();
        }
        text
    }
}
