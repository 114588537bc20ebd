//! What a cube adds to a surface, by which of its corners are inside.
//!
//! A corner has a bit for each axis: corner 5 is at (1, 0, 1). An edge is its axis times 8 and the corner at its lower end. On each
//! face of a cube the surface runs from the edge where a walk around the face enters what is inside to the one where it leaves it;
//! the cube on the other side of the face finds the same lines, the other way around. Corners of one face that are inside and
//! not side by side are so held apart in both cubes, and no hole opens between them.

/// The triangles of each of the 256 cases, by edges.
pub(super) struct Cases(Vec<Vec<[u8; 3]>>);

impl Cases {
    pub(super) fn new() -> Self {
        Self((0..=u8::MAX).map(triangles).collect())
    }

    /// The triangles of a cube whose corners inside are the bits of `inside`.
    pub(super) fn of(&self, inside: u8) -> &[[u8; 3]] {
        self.0.get(usize::from(inside)).map_or(&[], Vec::as_slice)
    }
}

/// The corners of each face, counter-clockwise as seen from outside of the cube.
fn faces() -> impl Iterator<Item = [u8; 4]> {
    (0..3).flat_map(|axis| {
        let [along, second, third] = [0, 1, 2].map(|step| 1_u8 << ((axis + step) % 3));
        [
            [0, third, second | third, second],
            [along, along | second, along | second | third, along | third],
        ]
    })
}

fn edge(one: u8, other: u8) -> u8 {
    let axis = (one ^ other).trailing_zeros().to_le_bytes()[0];
    axis * 8 + (one & other)
}

fn triangles(inside: u8) -> Vec<[u8; 3]> {
    let is_inside = |corner: u8| inside >> corner & 1 == 1;
    let mut next = [None; 24];
    for face in faces() {
        let sides = [0, 1, 2, 3].map(|at: usize| [face[at], face[(at + 1) % 4]]);
        for at in 0..4 {
            let [before, first] = sides[at];
            if is_inside(before) || !is_inside(first) {
                continue;
            }
            let leaves = (1..4)
                .map(|step| sides[(at + step) % 4])
                .find(|[_, corner]| !is_inside(*corner));
            if let (Some([last, after]), Some(place)) =
                (leaves, next.get_mut(usize::from(edge(before, first))))
            {
                *place = Some(edge(last, after));
            }
        }
    }
    let mut found = Vec::new();
    for start in 0..24 {
        let mut around = Vec::new();
        let mut at = start;
        while let Some(beyond) = next.get_mut(usize::from(at)).and_then(Option::take) {
            around.push(at);
            at = beyond;
        }
        if let [first, others @ ..] = around.as_slice() {
            found.extend(others.windows(2).map(|pair| [*first, pair[0], pair[1]]));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corner_is_cut_off_by_one_triangle_that_looks_away_from_it() {
        // the edges from corner 0 along x, y, z
        let cases = Cases::new();
        assert_eq!(cases.of(1), [[0, 8, 16]]);
        assert_eq!(cases.of(0xFE), [[0, 16, 8]]);
        assert!(cases.of(0).is_empty() && cases.of(0xFF).is_empty());
    }

    #[test]
    fn every_edge_that_crosses_the_surface_is_in_it() {
        let cases = Cases::new();
        for inside in 0..=u8::MAX {
            let mut crossed: Vec<u8> = (0..3)
                .flat_map(|axis| (0..8).map(move |low| (axis, low)))
                .filter(|(axis, low)| {
                    low >> axis & 1 == 0 && (inside >> low ^ inside >> (low | 1 << axis)) & 1 == 1
                })
                .map(|(axis, low)| axis * 8 + low)
                .collect();
            let mut used: Vec<u8> = cases.of(inside).iter().flatten().copied().collect();
            used.sort_unstable();
            used.dedup();
            crossed.sort_unstable();
            assert_eq!(used, crossed, "{inside:08b}");
        }
    }
}
