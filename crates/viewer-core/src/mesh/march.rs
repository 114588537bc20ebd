//! Marching cubes, slice by slice: a vertex is made once, on the edge that it lies on, and found there by all cubes around it.

use glam::DVec3;

use super::{
    MAX_VERTICES, Surface,
    cases::Cases,
    layer::{Layer, NOTHING},
};
use crate::{Error, ErrorKind, Result, volume::Volume};

pub(super) fn march(volume: &Volume, threshold: f64) -> Result<Surface> {
    let spec = volume.spec();
    let [_, rows, columns] = spec.size.map(|side| side as usize);
    let width = columns + 2;
    let cases = Cases::new();
    let mut made = Made::new(volume);
    let [mut lower, mut upper] = [(); 2].map(|()| Layer::new(width * (rows + 2)));
    let mut between = vec![0; lower.values.len()];
    // The layers before the first slice and after the last are outside.
    for number in 1..=spec.slices.len() + 1 {
        std::mem::swap(&mut lower, &mut upper);
        upper.fill(volume, number - 1, threshold);
        let places = made.places(number);
        let Layer { values, along } = &mut upper;
        for (axis, (ids, step)) in along.iter_mut().zip([1, width]).enumerate() {
            let pairs = values.iter().zip(values.iter().skip(step));
            made.cross(pairs, ids, |node, share| {
                let [column, row] = node_at(node, width);
                let moved = [[share, 0.0], [0.0, share]][axis];
                DVec3::new(column + moved[0], row + moved[1], places[1])
            })?;
        }
        made.cross(
            lower.values.iter().zip(&upper.values),
            &mut between,
            |node, share| {
                let [column, row] = node_at(node, width);
                DVec3::new(column, row, places[0] + (places[1] - places[0]) * share)
            },
        )?;
        made.triangles([&lower, &upper], &between, width, &cases)?;
    }
    Ok(made.surface)
}

/// Column and row of a node of a layer; the border is at -1.
#[expect(clippy::cast_precision_loss, reason = "sides have at most 32 bits")]
const fn node_at(node: usize, width: usize) -> [f64; 2] {
    [(node % width) as f64 - 1.0, (node / width) as f64 - 1.0]
}

/// The surface as far as it is made.
struct Made<'a> {
    volume: &'a Volume,
    surface: Surface,
    /// Whether voxels are mirrored in the patient, so that triangles are to be turned around.
    is_mirrored: bool,
}

impl<'a> Made<'a> {
    fn new(volume: &'a Volume) -> Self {
        let spec = volume.spec();
        Self {
            volume,
            surface: Surface {
                vertices_mm: Vec::new(),
                triangles: Vec::new(),
                reduction: spec.reduction,
            },
            is_mirrored: spec.geometry.patient_from_voxel().matrix3.determinant() < 0.0,
        }
    }

    /// Third voxel coordinates of the layer before the one of that number, and of that.
    fn places(&self, number: usize) -> [f64; 2] {
        let slices = &self.volume.spec().slices;
        let [first, last] =
            [slices.first(), slices.last()].map(|slice| slice.map_or(0.0, |slice| slice.place));
        [number.checked_sub(2), Some(number - 1)].map(|slice| match slice {
            None => first - 1.0,
            Some(slice) => slices.get(slice).map_or(last + 1.0, |slice| slice.place),
        })
    }

    /// Makes the vertices between pairs of which one is inside; `ids` takes their numbers, `at` gives their places as
    /// voxel points.
    fn cross<'b>(
        &mut self,
        pairs: impl Iterator<Item = (&'b f32, &'b f32)>,
        ids: &mut [u32],
        at: impl Fn(usize, f64) -> DVec3,
    ) -> Result<()> {
        let patient_from_voxel = self.volume.spec().geometry.patient_from_voxel();
        for (node, ((first, second), id)) in pairs.zip(ids).enumerate() {
            if is_inside(*first) == is_inside(*second) {
                continue;
            }
            let share = if *first == NOTHING || *second == NOTHING {
                0.5
            } else {
                f64::from(*first) / (f64::from(*first) - f64::from(*second))
            };
            if self.surface.vertices_mm.len() == MAX_VERTICES {
                return Err(Error::new(
                    ErrorKind::Limit,
                    format!(
                        "the surface has more than {MAX_VERTICES} vertices: take another threshold, or fewer voxels a side"
                    ),
                ));
            }
            *id = u32::try_from(self.surface.vertices_mm.len()).unwrap_or(u32::MAX);
            let vertex = patient_from_voxel.transform_point3(at(node, share)).as_vec3();
            reserved(&mut self.surface.vertices_mm, 1)?.push(vertex.to_array());
        }
        Ok(())
    }

    /// Makes the triangles of the cubes between two layers.
    fn triangles(&mut self, layers: [&Layer; 2], between: &[u32], width: usize, cases: &Cases) -> Result<()> {
        let [lower, upper] = layers.map(|layer| layer.values.as_slice());
        let lines = [
            lower,
            lower.get(width..).unwrap_or_default(),
            upper,
            upper.get(width..).unwrap_or_default(),
        ];
        let [first, second, third, fourth] = lines.map(|line| line.windows(2));
        let cubes = first.zip(second).zip(third.zip(fourth));
        for (node, ((a, b), (c, d))) in cubes.enumerate() {
            let bits = |pair: &[f32]| match pair {
                [low, high] => u8::from(is_inside(*low)) | u8::from(is_inside(*high)) << 1,
                _ => 0,
            };
            let inside = bits(a) | bits(b) << 2 | bits(c) << 4 | bits(d) << 6;
            if inside == 0 || inside == u8::MAX {
                continue;
            }
            let vertex = |edge: u8| {
                let corner = usize::from(edge % 8);
                let ids = match edge / 8 {
                    2 => between,
                    axis => layers[corner >> 2].along[usize::from(axis)].as_slice(),
                };
                let place = node + (corner & 1) + (corner >> 1 & 1) * width;
                ids.get(place).copied().unwrap_or_default()
            };
            let found = cases.of(inside);
            reserved(&mut self.surface.triangles, found.len())?.extend(found.iter().map(|triangle| {
                let [one, two, three] = triangle.map(vertex);
                if self.is_mirrored {
                    [one, three, two]
                } else {
                    [one, two, three]
                }
            }));
        }
        Ok(())
    }
}

fn is_inside(value: f32) -> bool {
    value >= 0.0
}

/// The list with room for some more.
fn reserved<T>(list: &mut Vec<T>, more: usize) -> Result<&mut Vec<T>> {
    list.try_reserve(more)
        .map_err(|_no_memory| Error::new(ErrorKind::Limit, "no memory for the surface"))?;
    Ok(list)
}
