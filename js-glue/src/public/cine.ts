import type { OfViewport } from "./events.js";

/** How slices are played. */
export interface CineOptions {
  /** Slices a second; what the object recommends unless given, or 10 where it says nothing. */
  readonly framesPerSecond?: number;
  /** After the last slice: from the first again (`"loop"`, unless given), back again, or no more. */
  readonly repeat?: "loop" | "bounce" | "once";
}

/** How slices are being played. */
export type CineState = Required<CineOptions>;

/** Slices are played, or are no more; `framesPerSecond` is absent then. */
export interface CineEvent extends OfViewport {
  readonly framesPerSecond?: number;
}
