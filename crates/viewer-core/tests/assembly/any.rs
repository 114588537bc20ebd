//! Any heads at all: no panic, every image accounted for, the same answer in any order.

use glam::DVec3;
use viewer_core::{
    PixelFormat,
    metadata::MarkKey,
    volume::{Head, assemble},
};

use crate::heads::head;

/// A linear congruential generator (Knuth's MMIX constants): the same numbers every time.
struct Random(u64);

impl Random {
    fn below(&mut self, count: u32) -> u32 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 40).unwrap_or_default() % count
    }

    fn one_of<T: Copy>(&mut self, all: &[T]) -> Option<T> {
        let number = self.below(u32::try_from(all.len()).ok()?);
        all.get(number as usize).copied()
    }

    fn coordinate(&mut self) -> f64 {
        let usual = f64::from(self.below(40)) * 0.5;
        let odd = [f64::NAN, f64::INFINITY, -1e300, 1e-300, 1e6, -0.0];
        if self.below(60) == 0 {
            self.one_of(&odd).unwrap_or(usual)
        } else {
            usual
        }
    }

    fn vector(&mut self) -> DVec3 {
        let usual = [DVec3::X, DVec3::Y, DVec3::Z, -DVec3::X, DVec3::new(0.6, 0.8, 0.0)];
        match self.below(20) {
            0 => DVec3::new(self.coordinate(), self.coordinate(), self.coordinate()),
            _ => self.one_of(&usual).unwrap_or(DVec3::X),
        }
    }

    fn head(&mut self, number: u32) -> Head {
        let mut head = head(number, self.coordinate());
        let strange = self.below(3) == 0;
        head.instance_number = (self.below(5) > 0).then(|| i64::from(self.below(30)));
        if strange {
            head.position = Some(DVec3::new(
                self.coordinate(),
                self.coordinate(),
                self.coordinate(),
            ));
            head.orientation = Some([self.vector(), self.vector()]);
            head.spacing_mm = Some([self.coordinate(), self.coordinate()]);
            head.thickness_mm = Some(self.coordinate());
            head.rescale_slope = f64::from(self.below(4));
            head.format = self.one_of(&PixelFormat::ALL);
            head.size = [self.below(3), self.below(3)];
        }
        for key in MarkKey::ALL {
            if self.below(12) == 0 {
                head.marks.set(key, self.below(4).to_string());
            }
        }
        head
    }
}

#[test]
fn every_image_is_a_slice_or_left_out() {
    for seed in 0..400 {
        let mut random = Random(seed);
        let count = random.below(60);
        let mut heads: Vec<Head> = (0..count).map(|number| random.head(number)).collect();
        let assembly = assemble(&heads);
        let taken: usize = assembly.volumes.iter().map(|volume| volume.sources.len()).sum();
        let left: u32 = assembly.findings.iter().map(|finding| finding.left_out).sum();
        assert_eq!(
            taken + left as usize,
            heads.len(),
            "seed {seed}: {:?}",
            assembly.findings
        );
        for volume in &assembly.volumes {
            let places: Vec<f64> = volume.slices.iter().map(|slice| slice.place).collect();
            assert!(
                places.windows(2).all(|pair| pair[0] < pair[1]),
                "seed {seed}: {places:?}"
            );
            assert_eq!(places.first().map(|place| place.to_bits()), Some(0));
            assert_eq!(volume.size[0] as usize, volume.sources.len());
        }
        heads.reverse();
        assert_eq!(assemble(&heads).volumes, assembly.volumes, "seed {seed}");
    }
}
