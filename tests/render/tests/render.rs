//! Every case of `tests/cases` on every backend that runs natively.
//!
//! `UPDATE_GOLDENS=1 cargo test -p render-tests` lets the CPU, and only the CPU, write `expected.png` anew. A case
//! without one gets it and fails once, so that nobody commits a golden unseen.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

use render_tests::{Case, Drawn, Picture, all_cases, compare, report};
use viewer_gpu::native;

/// Change it with the cases: a case that is not run must not go unnoticed.
const CASES: usize = 106;
/// The CPU is the reference.
const CPU_TOLERANCE: u8 = 0;
/// No GPU may be further off, anywhere.
const GPU_TOLERANCE: u8 = 1;
/// In three dimensions: levels, and one of how many pixels may be further off.
const RAY_TOLERANCE: u8 = 2;
const RAY_OUTLIERS: usize = 1000;

fn cases() -> Vec<Case> {
    let cases = all_cases().unwrap_or_else(|error| panic!("{error:#}"));
    assert_eq!(cases.len(), CASES, "folders of tests/cases");
    cases
}

/// How far off a backend was, and what is wrong with it.
#[derive(Default)]
struct Findings {
    max: u8,
    different_pixels: usize,
    failures: Vec<String>,
}

impl Findings {
    fn check(&mut self, backend: &str, tolerance: u8, case: &Case, rgba: &[u8]) {
        let actual = Picture::from_rgba(case.canvas(), rgba).unwrap();
        let expected = match Picture::read(&case.golden) {
            Ok(expected) => expected,
            Err(error) => {
                self.failures
                    .push(format!("{}: expected.png: {error:#}", case.name));
                return;
            }
        };
        let is_ray = tolerance > 0 && matches!(case.drawn, Drawn::Rays(_));
        let (tolerance, outliers) = if is_ray {
            (RAY_TOLERANCE, expected.pixels.len() / RAY_OUTLIERS)
        } else {
            (tolerance, 0)
        };
        let found = compare(&expected, &actual, tolerance).unwrap();
        self.max = self.max.max(found.max);
        self.different_pixels += found.pixels;
        if found.outliers.len() > outliers {
            self.failures
                .push(report(backend, &case.name, &expected, &actual, &found).unwrap());
        }
    }

    fn finish(self, backend: &str) {
        let Self {
            max,
            different_pixels,
            failures,
        } = self;
        println!("{CASES} cases on {backend}: up to {max} levels off, in {different_pixels} pixels");
        assert!(failures.is_empty(), "on {backend}:\n{}", failures.join("\n"));
    }
}

#[test]
fn cpu_equals_every_golden() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some_and(|value| value == "1");
    let mut findings = Findings::default();
    for case in cases() {
        let rgba = case.on_cpu().unwrap();
        let missing = !case.golden.exists();
        if update || missing {
            let golden = Picture::from_rgba(case.canvas(), &rgba).unwrap();
            golden.write(&case.golden).unwrap();
        }
        if missing && !update {
            findings
                .failures
                .push(format!("{}: expected.png is new; look at it", case.name));
        }
        findings.check("cpu", CPU_TOLERANCE, &case, &rgba);
    }
    findings.finish("cpu");
}

#[test]
fn native_gpu_is_near_every_golden() {
    let executor = native::open().unwrap_or_else(|error| panic!("{error}"));
    let mut findings = Findings::default();
    for case in cases() {
        let rgba = match &case.drawn {
            Drawn::Slice(frame, plan) => native::render(&executor, plan, frame),
            Drawn::Plane(volume, plan) => native::render_plane(&executor, plan, volume),
            Drawn::Rays(rays) => native::render_rays(&executor, &rays.plan, &rays.volume, rays.mask.as_ref()),
        };
        let rgba = rgba.unwrap();
        findings.check("native", GPU_TOLERANCE, &case, &rgba);
    }
    findings.finish(&executor.caps().adapter);
}
