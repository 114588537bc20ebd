import type { Vector } from "../../public/plane.js";
import type { Stand } from "../content.js";
import type { Series } from "../library.js";
import { type EdgeLetters, letters } from "../overlay/orientation.js";
import { scaled } from "./vector.js";

/** The text of an attribute of a series: that of its first object. */
export function textOf(stand: Stand, { slices: [first] }: Series, keyword: string): string {
  return (first && stand.legend?.text(first, keyword)) ?? "";
}

/** What lies towards each edge, by the directions of the screen in the patient. */
export function edgesAlong(right: Vector, down: Vector): EdgeLetters {
  return {
    top: letters(scaled(down, -1)),
    right: letters(right),
    bottom: letters(down),
    left: letters(scaled(right, -1)),
  };
}
