//! The base of the skull and the face: orbits, sinuses, the petrous bones.

use super::{AIR, EDGE, FAT, SOFT, TABLE, cavity, floor};
use crate::Point;
use crate::noise::texture;
use crate::shape::{capsule, coverage, ellipsoid, mix, smooth, sphere};

/// Lays bones, sinuses and orbits over the soft tissue below the floor of the brain case.
pub(super) fn lay_over(point: Point, hu: f64) -> f64 {
    if point[2] > 16.0 {
        return hu;
    }
    let side = [point[0].abs(), point[1], point[2]];
    let mut hu = muscles(point, side, hu);
    hu = bones(point, side, hu);
    hu = orbits(side, hu);
    sinuses(point, side, hu)
}

/// Fat between the muscles of the face and neck.
fn muscles(point: Point, side: Point, hu: f64) -> f64 {
    let deep = ellipsoid(side, [0.0, -10.0, -74.0], [58.0, 78.0, 38.0]);
    let planes = texture(41, point, 11.0) + 0.4 * texture(42, point, 5.0);
    let share = smooth(planes, 0.25, 0.5) * coverage(deep, 6.0);
    let cheek = ellipsoid(side, [40.0, -60.0, -62.0], [13.0, 14.0, 20.0]);
    mix(mix(hu, FAT, share * 0.85), FAT, coverage(cheek, 3.0))
}

fn bones(point: Point, side: Point, hu: f64) -> f64 {
    // The floor of the brain case: a plate below it, within the outline of the case.
    let plate = (cavity([point[0], point[1], floor(point) + 12.0]) - 3.0)
        .max((point[2] - floor(point) + 2.5).abs() - 2.8);
    let grain = 1.0 + 0.18 * texture(51, point, 3.0);
    let hole = ellipsoid(point, [0.0, 34.0, -68.0], [15.0, 17.0, 14.0]);
    let mut hu = mix(hu, 880.0 * grain, coverage(plate.max(-hole), EDGE));
    let petrous = capsule(side, [58.0, 18.0, -44.0], [17.0, -4.0, -40.0], 7.5);
    let mastoid = ellipsoid(side, [57.0, 24.0, -54.0], [12.0, 15.0, 17.0]);
    hu = mix(hu, 1500.0 * grain, coverage(petrous.min(mastoid), EDGE));
    let cells = smooth(texture(52, point, 4.2), -0.1, 0.15) * coverage(mastoid + 2.0, 1.5);
    hu = mix(hu, AIR + 60.0, cells);
    let canal = capsule(side, [64.0, 10.0, -46.0], [80.0, 10.0, -46.0], 3.4);
    let meatus = capsule(side, [24.0, 0.0, -41.0], [33.0, 4.0, -42.0], 2.2);
    hu = mix(hu, AIR, coverage(canal, EDGE));
    hu = mix(hu, 20.0, coverage(meatus, EDGE));
    let clivus = capsule(point, [0.0, -4.0, -40.0], [0.0, 16.0, -66.0], 7.0);
    let condyle = ellipsoid(side, [49.0, -2.0, -58.0], [8.5, 5.0, 9.0]);
    let arch = capsule(side, [62.0, -8.0, -52.0], [51.0, -56.0, -48.0], 3.0);
    let ramus = capsule(side, [49.0, -4.0, -66.0], [46.0, -18.0, -90.0], 5.0);
    let wing = capsule(side, [40.0, -40.0, -28.0], [58.0, -32.0, -10.0], 3.5);
    let solid = condyle.min(arch).min(ramus).min(wing);
    hu = mix(hu, 760.0 * grain, coverage(clivus, EDGE));
    hu = mix(hu, TABLE, coverage(solid, EDGE));
    mix(hu, 500.0 * grain, coverage(solid + 2.0, EDGE))
}

fn orbits(side: Point, hu: f64) -> f64 {
    // A cone from the rim to the apex, with a thin wall.
    let along = ((side[1] + 78.0) / 56.0).clamp(0.0, 1.0);
    let axis = [mix(33.0, 12.0, along), side[1], mix(-30.0, -27.0, along)];
    let radius = mix(19.5, 4.0, along);
    let across = (side[0] - axis[0]).hypot(side[2] - axis[2]) - radius;
    let cone = across.max(side[1] + 22.0).max(-86.0 - side[1]);
    let wall = (cone.abs() - 1.3).max(-74.0 - side[1]);
    let mut hu = mix(hu, 900.0, coverage(wall, EDGE));
    let front = coverage(-82.0 - side[1], 4.0);
    hu = mix(hu, FAT + 10.0, coverage(cone, EDGE) * front);
    let eye = [33.0, -70.0, -29.0];
    let globe = sphere(side, eye, 12.4);
    let nerve = capsule(side, [31.0, -58.0, -28.5], [11.0, -22.0, -27.0], 1.9);
    let medial = capsule(side, [23.0, -72.0, -29.0], [13.0, -28.0, -27.5], 2.0);
    let lateral = capsule(side, [45.0, -70.0, -29.0], [16.0, -28.0, -27.5], 2.0);
    let upper = capsule(side, [33.0, -68.0, -16.5], [14.0, -28.0, -25.0], 2.0);
    let lower = capsule(side, [33.0, -68.0, -41.5], [14.0, -28.0, -30.0], 2.0);
    let muscles = nerve.min(medial).min(lateral).min(upper).min(lower);
    hu = mix(
        hu,
        SOFT - 8.0,
        coverage(muscles, EDGE) * coverage(cone - 1.0, EDGE),
    );
    hu = mix(hu, 55.0, coverage(globe, EDGE));
    hu = mix(hu, 9.0, coverage(globe + 1.2, EDGE));
    mix(
        hu,
        82.0,
        coverage(ellipsoid(side, [33.0, -78.5, -29.0], [4.6, 2.3, 4.6]), EDGE),
    )
}

fn sinuses(point: Point, side: Point, hu: f64) -> f64 {
    let maxillary = ellipsoid(side, [25.0, -58.0, -60.0], [13.5, 16.0, 15.0]);
    let sphenoid = ellipsoid(
        [side[0] - 6.5, side[1], side[2]],
        [0.0, -18.0, -38.0],
        [6.0, 11.0, 8.5],
    );
    let frontal = ellipsoid(
        [side[0] - 9.0, side[1], side[2]],
        [0.0, -83.5, -8.0],
        [8.0, 3.6, 13.0],
    );
    let ethmoid = ellipsoid(point, [0.0, -52.0, -35.0], [10.5, 23.0, 13.0]);
    let nose = ellipsoid(point, [0.0, -62.0, -58.0], [12.0, 30.0, 17.0]);
    let walls = maxillary.min(sphenoid).min(frontal).min(ethmoid).min(nose);
    if walls > 3.0 {
        return hu;
    }
    let mut hu = mix(hu, 720.0, coverage(walls - 1.5, EDGE));
    hu = mix(hu, AIR, coverage(maxillary.min(sphenoid).min(frontal), EDGE));
    let septa = 1.0 - smooth(texture(61, point, 5.5).abs(), 0.05, 0.16);
    hu = mix(hu, mix(AIR, 250.0, septa), coverage(ethmoid, EDGE));
    let turbinates = capsule(side, [6.5, -78.0, -64.0], [6.5, -40.0, -64.0], 3.0).min(capsule(
        side,
        [6.0, -74.0, -54.0],
        [6.0, -42.0, -54.0],
        2.4,
    ));
    hu = mix(hu, AIR, coverage(nose, EDGE));
    hu = mix(hu, 45.0, coverage(turbinates, EDGE) * coverage(nose, EDGE));
    mix(
        hu,
        260.0,
        coverage(side[0] - 0.8, EDGE) * coverage(nose.min(ethmoid), EDGE),
    )
}
