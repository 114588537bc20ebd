import type {
  AnnotationFormat,
  Annotations,
  ExportOptions,
  ImportInput,
  ImportResult,
  Region,
} from "../public/annotating.js";
import type { CineOptions, CineState } from "../public/cine.js";
import type { KnownLength } from "../public/viewport.js";
import type { Marks } from "./marks.js";
import type { Pane } from "./pane.js";

/** What comes with the first tool that is wanted: annotations, the magnifier, cine. */
export interface Toolbox {
  readonly annotations: Annotations;
  marks(pane: Pane): Marks;
  /** A picture was drawn there, or is no more. */
  drawn(pane: Pane): void;
  /** That viewport is no more. */
  forget(pane: Pane): void;
  /** The images are no more. */
  cleared(): void;
  calibrate(pane: Pane, known: KnownLength | undefined): Promise<void>;
  autoWindow(pane: Pane, region: Region): Promise<void>;
  exported(format: AnnotationFormat, options: ExportOptions): Promise<Blob>;
  imported(input: ImportInput): Promise<ImportResult>;
  play(pane: Pane, options?: CineOptions): void;
  stop(pane: Pane): void;
  cine(pane: Pane): CineState | undefined;
  destroy(): void;
}
