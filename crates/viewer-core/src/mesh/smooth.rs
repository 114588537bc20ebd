//! Smoothing that keeps the size: G. Taubin, A signal processing approach to fair surface design (SIGGRAPH 1995).

use glam::Vec3;

use super::Surface;

/// How far vertices go to the middle of their neighbours, and how far back.
const STEPS: [f32; 2] = [0.5, -0.53];

pub(super) fn smooth(surface: &mut Surface, rounds: u32) {
    for step in (0..rounds).flat_map(|_| STEPS) {
        let mut sums = vec![(Vec3::ZERO, 0.0); surface.vertices_mm.len()];
        for [a, b, c] in &surface.triangles {
            // Of the two triangles at an edge, one names it in each direction: every neighbour comes once.
            for (from, to) in [(a, b), (b, c), (c, a)] {
                let neighbour = surface.vertices_mm.get(*to as usize).copied();
                if let (Some((sum, count)), Some(neighbour)) = (sums.get_mut(*from as usize), neighbour) {
                    *sum += Vec3::from_array(neighbour);
                    *count += 1.0;
                }
            }
        }
        for (vertex, (sum, count)) in surface.vertices_mm.iter_mut().zip(sums) {
            let at = Vec3::from_array(*vertex);
            *vertex = (at + (sum / f32::max(count, 1.0) - at) * step).to_array();
        }
    }
}
