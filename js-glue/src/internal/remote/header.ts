import { NoctisError } from "../../public/errors.js";

/*
 * DICOM JSON (PS3.18 annex F) to the header of an object in Explicit VR Little Endian, up to an empty pixel data element:
 * what the decoder reads of an object whose frames come on their own.
 */

/** One attribute of the DICOM JSON model. */
interface Attribute {
  readonly vr: string;
  readonly Value?: readonly unknown[];
  readonly InlineBinary?: string;
  readonly BulkDataURI?: string;
}

/** A data set of the DICOM JSON model: attributes by tag, eight hexadecimal digits. */
export type JsonDataSet = { readonly [tag: string]: Attribute };

/** The value of an attribute that the metadata only refer to. */
export type ReadBulk = (uri: string) => Promise<Uint8Array>;

const PIXEL_DATA = ["7FE00008", "7FE00009", "7FE00010"];
const CHARACTER_SET = "00080005";
const BITS_ALLOCATED = "00280100";
/** Lookup tables, colour profiles and overlays: without them the picture would be another. Other values are left out. */
const SHOWN = /^(0028|60[0-9A-F]{2})/;
/** Sequences inside of sequences, as deep as the decoder goes. */
const MAX_DEPTH = 32;
/** These have a length of four bytes (PS3.5 7.1.2). */
const LONG = new Set(["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"]);
/** Bytes of a number, and how it is written. */
const NUMBERS: Record<string, readonly [number, (view: DataView, at: number, value: number) => void]> = {
  FD: [8, (view, at, value) => view.setFloat64(at, value, true)],
  FL: [4, (view, at, value) => view.setFloat32(at, value, true)],
  SL: [4, (view, at, value) => view.setInt32(at, value, true)],
  SS: [2, (view, at, value) => view.setInt16(at, value, true)],
  SV: [8, (view, at, value) => view.setBigInt64(at, BigInt(value), true)],
  UL: [4, (view, at, value) => view.setUint32(at, value, true)],
  US: [2, (view, at, value) => view.setUint16(at, value, true)],
  UV: [8, (view, at, value) => view.setBigUint64(at, BigInt(value), true)],
};
const TEXT = new TextEncoder();

/** The header of the object; `syntax` is the transfer syntax of its frames. */
export async function headerOf(
  metadata: JsonDataSet,
  syntax: string,
  bulk: ReadBulk,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts = [new Uint8Array(128), TEXT.encode("DICM"), element("00020010", "UI", padded(syntax, "\0"))];
  parts.push(...(await dataSet(metadata, bulk, 0)));
  const tag = PIXEL_DATA.find((name) => name in metadata) ?? "7FE00010";
  const vr = { "7FE00008": "OF", "7FE00009": "OD" }[tag] ?? (numberOf(metadata, BITS_ALLOCATED) > 8 ? "OW" : "OB");
  parts.push(element(tag, vr, new Uint8Array(0)));
  return joined(parts);
}

/** The first value of an attribute, a number; 0 where there is none. */
export function numberOf(metadata: JsonDataSet, tag: string): number {
  return Number(metadata[tag]?.Value?.[0] ?? 0);
}

async function dataSet(attributes: JsonDataSet, bulk: ReadBulk, depth: number): Promise<Uint8Array[]> {
  if (depth > MAX_DEPTH) throw new NoctisError("limit", "the metadata hold too many sequences inside of each other");
  // Strings of JSON are Unicode, whatever the object has.
  const parts = depth === 0 ? [element(CHARACTER_SET, "CS", padded("ISO_IR 192", " "))] : [];
  for (const tag of Object.keys(attributes).toSorted()) {
    const attribute = attributes[tag];
    const isHeader = /^[0-9A-F]{8}$/.test(tag) && !tag.startsWith("0002") && tag !== CHARACTER_SET;
    if (!attribute || !isHeader || PIXEL_DATA.includes(tag)) continue;
    if (attribute.BulkDataURI !== undefined && !SHOWN.test(tag)) continue;
    parts.push(element(tag, attribute.vr, await encoded(attribute, bulk, depth)));
  }
  return parts;
}

async function encoded(attribute: Attribute, bulk: ReadBulk, depth: number): Promise<Uint8Array> {
  const { vr, Value: values = [], InlineBinary: inline, BulkDataURI: uri } = attribute;
  if (inline !== undefined)
    return even(
      Uint8Array.from(atob(inline), (letter) => letter.charCodeAt(0)),
      0,
    );
  if (uri !== undefined) return even(await bulk(uri), 0);
  if (vr === "SQ") {
    const items: Uint8Array[] = [];
    for (const item of values)
      items.push(tagged("FFFEE000", joined(await dataSet(item as JsonDataSet, bulk, depth + 1))));
    return joined(items);
  }
  if (vr === "AT") return joined(values.map((tag) => tagBytes(String(tag))));
  const number = NUMBERS[vr];
  if (number) {
    const [size, write] = number;
    const bytes = new Uint8Array(size * values.length);
    const view = new DataView(bytes.buffer);
    for (const [index, value] of values.entries()) write(view, index * size, Number(value));
    return bytes;
  }
  return padded(values.map(textOf).join("\\"), vr === "UI" ? "\0" : " ");
}

/** A value of text; a person's name is its groups of components. */
function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (typeof value !== "object") return String(value);
  const { Alphabetic = "", Ideographic = "", Phonetic = "" } = value as Record<string, string>;
  return `${Alphabetic}=${Ideographic}=${Phonetic}`.replace(/=+$/, "");
}

function element(tag: string, vr: string, value: Uint8Array): Uint8Array {
  const isLong = LONG.has(vr);
  // Longer than a short length can say: as PS3.5 6.2.2 has it, Unknown.
  if (!isLong && value.length > 0xffff) return element(tag, "UN", value);
  const head = new Uint8Array(isLong ? 12 : 8);
  head.set(tagBytes(tag));
  head.set(TEXT.encode(vr), 4);
  const view = new DataView(head.buffer);
  if (isLong) view.setUint32(8, value.length, true);
  else view.setUint16(6, value.length, true);
  return joined([head, value]);
}

/** An item of a sequence. */
function tagged(tag: string, value: Uint8Array): Uint8Array {
  const head = new Uint8Array(8);
  head.set(tagBytes(tag));
  new DataView(head.buffer).setUint32(4, value.length, true);
  return joined([head, value]);
}

function tagBytes(tag: string): Uint8Array {
  const bytes = new Uint8Array(4);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, Number.parseInt(tag.slice(0, 4), 16), true);
  view.setUint16(2, Number.parseInt(tag.slice(4), 16), true);
  return bytes;
}

function padded(text: string, filler: string): Uint8Array {
  return even(TEXT.encode(text), filler.charCodeAt(0));
}

function even(bytes: Uint8Array, filler: number): Uint8Array {
  return bytes.length % 2 === 0 ? bytes : joined([bytes, Uint8Array.of(filler)]);
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
