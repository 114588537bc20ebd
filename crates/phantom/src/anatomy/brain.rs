//! What lies inside the brain case.

use super::{EDGE, cavity};
use crate::Point;
use crate::noise::texture;
use crate::shape::{capsule, coverage, ellipsoid, mix, smooth};

const FLUID: f64 = 6.0;
const GREY: f64 = 38.0;
const WHITE: f64 = 29.0;
const FALX: f64 = 58.0;

/// Lays the brain over what is there.
pub(super) fn lay_over(point: Point, hu: f64) -> f64 {
    let inside = cavity(point);
    if inside > EDGE {
        return hu;
    }
    let mut hu = mix(hu, FLUID, coverage(inside, EDGE));
    let depth = -inside;
    hu = mix(hu, tissue(point, depth), coverage(1.3 - depth, EDGE));
    hu = fissures(point, depth, hu);
    hu = deep_grey(point, hu);
    hu = mix(hu, FLUID, coverage(ventricles(point), EDGE));
    membranes(point, depth, hu)
}

/// Grey ribbon, white matter and sulci; below the tentorium, the finer folds of the cerebellum.
fn tissue(point: Point, depth: f64) -> f64 {
    let cerebellum = cerebellum(point);
    if cerebellum < 0.0 {
        let folds = texture(21, [point[0] * 0.5, point[1] * 0.5, point[2] * 1.6], 3.2);
        return mix(34.0, 38.0, smooth(folds, -0.3, 0.3));
    }
    let wave = texture(11, point, 15.0) + 0.45 * texture(12, point, 7.0);
    let second = texture(14, point, 21.0) + 0.35 * texture(15, point, 8.0);
    // A sulcus is where a wave crosses zero; it closes with depth. Grey matter lines it and the surface.
    let crossing = wave.abs().min(second.abs() + 0.05);
    let reach = 21.0 + 8.0 * texture(13, point, 24.0);
    let near = smooth(depth, reach, reach * 0.4);
    let lining = 0.30 * near;
    let grey_sulcus = if lining > 0.02 {
        smooth(crossing, lining, lining * 0.6)
    } else {
        0.0
    };
    let ribbon = coverage(depth - 5.0 - 1.5 * wave, 2.0);
    let matter = mix(WHITE, GREY, ribbon.max(grey_sulcus * near));
    let width = 0.10 * smooth(depth, reach, 2.0) + 0.02;
    let sulcus = smooth(crossing, width, width * 0.3) * smooth(depth, reach, reach * 0.6);
    mix(matter, FLUID + 4.0, sulcus * 0.9)
}

fn cerebellum(point: Point) -> f64 {
    // The tentorium rises from the sides to the middle.
    let tent = -22.0 + 12.0 * smooth(point[0].abs(), 45.0, 0.0) - 0.18 * (point[1] - 40.0).max(0.0);
    (point[2] - tent).max(10.0 - 0.25 * point[0].abs() - point[1])
}

/// The fissures of the hemispheres, the Sylvian fissures and the cisterns at the base.
fn fissures(point: Point, depth: f64, hu: f64) -> f64 {
    let side = [point[0].abs(), point[1], point[2]];
    let wobble = texture(31, point, 12.0) * 1.2;
    let between = (point[0] + wobble).abs() - 1.5 + 0.04 * depth;
    let above = (-6.0 - point[2]).max(2.0 - (point[1] + 4.0).abs() + 0.9 * (22.0 - point[2]).max(0.0));
    let mut hu = mix(hu, FLUID + 3.0, coverage(between.max(above), 1.6));
    let sylvian = capsule(side, [64.0, -12.0, -4.0], [38.0, -22.0, -4.0], 1.9);
    let insula = capsule(side, [38.0, -24.0, -4.0], [40.0, 8.0, 6.0], 1.5);
    hu = mix(hu, FLUID + 3.0, coverage(sylvian.min(insula) + wobble * 0.4, 1.6));
    let cistern = ellipsoid(point, [0.0, -14.0, -30.0], [13.0, 10.0, 6.0]);
    let ambient = ellipsoid(point, [0.0, 17.0, -12.0], [17.0, 6.0, 7.0]);
    let brainstem = ellipsoid(point, [0.0, 4.0, -36.0], [14.0, 13.0, 34.0]);
    hu = mix(hu, FLUID + 3.0, coverage(cistern.min(ambient), EDGE));
    mix(hu, 32.0, coverage(brainstem, EDGE))
}

fn deep_grey(point: Point, hu: f64) -> f64 {
    let side = [point[0].abs(), point[1], point[2]];
    let thalamus = ellipsoid(side, [11.0, 8.0, 4.0], [8.0, 14.0, 9.0]);
    let lentiform = ellipsoid(side, [25.0, -10.0, 2.0], [7.0, 17.0, 10.0]);
    let caudate = ellipsoid(side, [13.5, -26.0, 8.0], [4.5, 8.0, 9.0]);
    mix(hu, GREY, coverage(thalamus.min(lentiform).min(caudate), 1.8))
}

fn ventricles(point: Point) -> f64 {
    let side = [point[0].abs(), point[1], point[2]];
    let frontal = capsule(side, [5.5, -14.0, 12.0], [11.0, -34.0, 8.0], 4.2);
    let body = capsule(side, [6.0, -16.0, 15.0], [11.0, 22.0, 18.0], 5.2);
    let atrium = capsule(side, [13.0, 24.0, 15.0], [23.0, 38.0, 4.0], 6.0);
    let occipital = capsule(side, [23.0, 38.0, 4.0], [20.0, 58.0, 1.0], 3.2);
    let temporal = capsule(side, [24.0, 34.0, 0.0], [31.0, 2.0, -18.0], 2.4);
    let third = ellipsoid(point, [0.0, 2.0, -2.0], [2.6, 13.0, 10.0]);
    let fourth = ellipsoid(point, [0.0, 24.0, -38.0], [7.0, 5.0, 9.0]);
    frontal
        .min(body)
        .min(atrium)
        .min(occipital)
        .min(temporal)
        .min(third)
        .min(fourth)
}

/// Falx, tentorium and a calcified pineal gland.
fn membranes(point: Point, depth: f64, hu: f64) -> f64 {
    let reach = 26.0 + 14.0 * smooth(point[1], -20.0, 60.0);
    let sheet = (point[0].abs() - 0.55).max(depth - reach).max(-8.0 - point[2]);
    let sinus = capsule(point, [0.0, 79.0, 6.0], [0.0, 70.0, 38.0], 3.6);
    let mut hu = mix(
        hu,
        FALX,
        coverage(sheet, 0.8) * smooth(reach + 2.0 - depth, 0.0, 4.0),
    );
    hu = mix(hu, FALX, coverage(sinus, 1.2) * coverage(0.5 - depth, 1.0));
    let tent = cerebellum(point).abs() - 0.6;
    hu = mix(hu, FALX - 8.0, coverage(tent, 0.8) * smooth(point[1], 14.0, 22.0));
    let pineal = ellipsoid(point, [0.0, 25.0, 3.0], [2.4, 3.0, 2.2]);
    let plexus = ellipsoid(
        [point[0].abs(), point[1], point[2]],
        [19.0, 33.0, 9.0],
        [2.0, 5.0, 2.5],
    );
    hu = mix(hu, 62.0, coverage(plexus, 1.0));
    mix(hu, 240.0, coverage(pineal, EDGE))
}
