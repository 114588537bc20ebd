import type { ImageFrame, Painter } from "../../public/painter.js";
import { bmpOf, pixelsOf, urlOf } from "./bitmap.js";
import { lookOf } from "./look.js";
import type { Network } from "./network.js";
import { isYes, numberOr } from "./query.js";
import type { Store } from "./store.js";

/** What one view of the page calls things, and what another does. */
const NAMES = {
  width: ["window_width", "ww"],
  center: ["window_level", "wl"],
  inverted: ["inverted", "invert"],
  frame: ["frame", "frame_index", "frame_number"],
} as const;

/** What answering needs. */
export interface ImageAnswers {
  readonly store: Store;
  readonly painter: Promise<Painter>;
  readonly parity: "page" | "dicom";
}

/** Answers what the page asks of values: from the object, which is fetched once. */
export function answerValues(network: Network, { store }: ImageAnswers): void {
  network.add(/\/dicom-viewer\/api\/image\/([^/]+)\/data\/$/, async ({ searchParams: query }, match) => {
    if (query.get("include_pixels") === "0") return undefined;
    const id = match[1] ?? "";
    const index = frameIndex(query);
    const frame = await store.frame(id, index);
    if (!frame) return undefined;
    const values = store.valuesOf(frame);
    if (!values) return Response.json(described(id, frame));
    const frames = store.infoNow(id)?.frames ?? 1;
    // Values are not given as text: who asks for that gets them as the server makes them.
    return query.get("packed") === "bin" ? binary(frame, values, [Math.min(index, frames - 1), frames]) : undefined;
  });
}

/**
 * The window with which a picture begins is that of its object: the page's server has another one for MONOCHROME1, and says that it is
 * inverted. In colour the picture itself comes along: the server has none of several frames.
 */
export function answerWindows(network: Network, { store, painter, parity }: ImageAnswers): void {
  network.add(/\/dicom-viewer\/api\/image\/([^/]+)\/display\/$/, async (url, match) => {
    const { searchParams: query } = url;
    const id = match[1] ?? "";
    const frame = await store.frame(id, frameIndex(query));
    if (!frame) return undefined;
    const { width: window_width, center: window_level } = frame.window;
    if (frame.isColor) {
      const windowing = { window_width, window_level, inverted: isYes(given(query, "inverted")) };
      const image_data = await urlOf(pictureOf(frame, query, await painter, parity));
      const image_info = { ...described(id, frame), dimensions: [frame.rows, frame.columns] };
      return Response.json({ image_data, image_url: null, image_info, windowing, warnings: {} });
    }
    if (given(query, "width") !== undefined || given(query, "inverted") !== undefined) return undefined;
    const response = await network.original.call(window, url);
    if (!response.ok) return undefined;
    return Response.json({ ...(await response.json()), windowing: { window_width, window_level, inverted: false } });
  });
}

/** Answers what the page asks of pictures in 8 bits. */
export function answerPictures(network: Network, { store, painter, parity }: ImageAnswers): void {
  network.add(/\/dicom-viewer\/api\/image\/([^/]+)\/render\.png$/, async ({ searchParams: query }, match) => {
    const [id, index] = [match[1] ?? "", frameIndex(query)];
    // A picture in 8 bits is a fraction of its object: while somebody passes by, that is enough.
    if (!store.frameNow(id, index) && store.hasTruePictures(id)) return undefined;
    const frame = await store.frame(id, index);
    if (!frame) return undefined;
    const picture = pictureOf(frame, query, await painter, parity);
    return new Response(picture, { headers: { "Content-Type": picture.type } });
  });
}

/** The picture that is asked for, as a file. */
function pictureOf(frame: ImageFrame, query: URLSearchParams, painter: Painter, parity: "page" | "dicom"): Blob {
  const { window } = frame;
  const look = {
    width: Number.parseFloat(given(query, "width") ?? "") || window.width,
    center: numberOr(given(query, "center"), window.center),
    inverted: isYes(given(query, "inverted")),
    modality: frame.info?.modality ?? "",
  };
  return bmpOf(pixelsOf(painter.draw(frame, lookOf(frame, look, parity))));
}

function given(query: URLSearchParams, what: keyof typeof NAMES): string | undefined {
  return NAMES[what].map((name) => query.get(name)).find((value) => value !== null) ?? undefined;
}

function frameIndex(query: URLSearchParams): number {
  return Math.max(0, Math.floor(Number(given(query, "frame"))) || 0);
}

/** As the server's headers say it. */
function binary(
  frame: ImageFrame,
  values: Float32Array<ArrayBuffer>,
  [index, frames]: readonly [number, number],
): Response {
  const { info, window } = frame;
  const spacing = info?.spacingMm ?? [1, 1];
  const headers = {
    "Content-Type": "application/octet-stream",
    "X-Noctis-Rows": frame.rows,
    "X-Noctis-Columns": frame.columns,
    "X-Noctis-Window-Width": window.width,
    "X-Noctis-Window-Center": window.center,
    "X-Noctis-Pixel-DType": "float32",
    "X-Noctis-Pixel-Endian": "little",
    "X-Noctis-Number-Of-Frames": frames,
    "X-Noctis-Frame-Index": index,
    "X-Noctis-Pixel-Spacing": spacing.join(","),
    "X-Noctis-Slice-Thickness": info?.sliceThicknessMm ?? 1,
    "X-Noctis-Modality": info?.modality ?? "",
    "X-Noctis-Warnings": "[]",
  };
  const texts = Object.entries(headers).map(([name, value]): [string, string] => [name, String(value)]);
  return new Response(values, { headers: texts });
}

/** What there is to say of a frame without grey values: the page then asks for its picture. */
function described(id: string, frame: ImageFrame): object {
  const { rows, columns, info, window } = frame;
  return {
    id: Number(id),
    rows,
    columns,
    window_width: window.width,
    window_center: window.center,
    pixel_spacing: info?.spacingMm ?? [1, 1],
    modality: info?.modality ?? "",
    photometric_interpretation: info?.photometricInterpretation ?? "RGB",
    number_of_frames: info?.frames ?? 1,
    frame_index: frame.frame,
    is_color: true,
    pixel_data: null,
    warnings: ["colour"],
  };
}
