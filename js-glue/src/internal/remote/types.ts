import type { InstanceInfo } from "../../public/instance.js";

/** What the first bytes of an object say of where its frames lie. */
export interface FrameMap {
  readonly info: InstanceInfo;
  /** First byte and end of each frame; both 0 where there is none. */
  readonly bounds: Float64Array;
}

/** What is read out of the first bytes of objects. */
export interface Heads {
  /** The frames by the first bytes of an object of `total`; undefined when it has to be read as a whole. */
  find(head: Uint8Array, total: number): Promise<FrameMap | undefined>;
  /** What an object is that consists of a header alone. */
  describe(header: Uint8Array): Promise<InstanceInfo>;
}

/** An object whose frames are read one by one. */
export interface RemoteFrames {
  readonly info: InstanceInfo;
  /** Its first bytes, with the whole header. */
  readonly head: Uint8Array<ArrayBuffer>;
  /** Its bytes; undefined where frames come on their own. */
  readonly total: number | undefined;
  /** The bytes of a frame; undefined when they cannot be had any more, and the object has to be read as a whole. */
  part(frame: number, signal?: AbortSignal): Promise<ArrayBuffer | undefined>;
}
