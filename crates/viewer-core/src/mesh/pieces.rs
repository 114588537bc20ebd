//! Connected pieces of a surface.

use super::{Surface, signed_mm3};

/// Keeps the pieces whose volume in cubic millimetres `wanted` takes; that of a hollow is below 0.
pub(super) fn keep(surface: &mut Surface, wanted: impl Fn(f64) -> bool) {
    let mut roots: Vec<u32> = (0..).take(surface.vertices_mm.len()).collect();
    for [a, b, c] in &surface.triangles {
        join(&mut roots, *a, *b);
        join(&mut roots, *a, *c);
    }
    let mut volumes = vec![0.0; roots.len()];
    for (triangle, corners) in surface.triangles.iter().zip(surface.corners()) {
        let root = root(&mut roots, triangle[0]);
        if let Some(volume) = volumes.get_mut(root as usize) {
            *volume += signed_mm3(corners);
        }
    }
    let mut is_wanted = |vertex: u32| {
        volumes
            .get(root(&mut roots, vertex) as usize)
            .is_some_and(|volume| wanted(*volume))
    };
    // The new number of each vertex that stays.
    let mut count = 0;
    let numbers: Vec<Option<u32>> = (0..)
        .take(surface.vertices_mm.len())
        .map(|vertex| {
            is_wanted(vertex).then(|| {
                count += 1;
                count - 1
            })
        })
        .collect();
    let mut kept = numbers.iter();
    surface
        .vertices_mm
        .retain(|_| kept.next().is_some_and(Option::is_some));
    let number = |vertex: u32| numbers.get(vertex as usize).copied().flatten();
    surface.triangles.retain(|[first, ..]| number(*first).is_some());
    for triangle in &mut surface.triangles {
        *triangle = triangle.map(|vertex| number(vertex).unwrap_or_default());
    }
}

fn join(roots: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(roots, one), root(roots, other));
    if let Some(place) = roots.get_mut(one.max(other) as usize) {
        *place = one.min(other);
    }
}

fn root(roots: &mut [u32], vertex: u32) -> u32 {
    let above = |roots: &[u32], at: u32| roots.get(at as usize).copied().unwrap_or(at);
    let mut at = vertex;
    loop {
        let parent = above(roots, at);
        if parent == at {
            return at;
        }
        // Halves the way for the next time.
        let beyond = above(roots, parent);
        if let Some(place) = roots.get_mut(at as usize) {
            *place = beyond;
        }
        at = beyond;
    }
}
