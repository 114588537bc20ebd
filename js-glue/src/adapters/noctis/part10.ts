/** An element: group and element as one number, value representation, text or bytes. */
type Element = readonly [tag: number, vr: string, value: string | Uint8Array];

const EXPLICIT = "1.2.840.10008.1.2.1";
const PREAMBLE = 128;

/** A DICOM file, Explicit VR Little Endian, of elements in the order of their tags. */
export function part10(elements: readonly Element[]): Uint8Array<ArrayBuffer> {
  const syntax = encoded([0x00020010, "UI", EXPLICIT]);
  const length = new Uint8Array(4);
  new DataView(length.buffer).setUint32(0, syntax.length, true);
  const parts = [
    new Uint8Array(PREAMBLE),
    new TextEncoder().encode("DICM"),
    encoded([0x00020000, "UL", length]),
    syntax,
    ...elements.map(encoded),
  ];
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A 16-bit number. */
export function short(value: number): Uint8Array {
  return Uint8Array.of(value & 0xff, (value >> 8) & 0xff);
}

/** A DICOM decimal string: at most 16 characters. */
export function decimal(value: number): string {
  for (let digits = 15; digits > 0; digits -= 1) {
    const text = String(Number(value.toPrecision(digits)));
    if (text.length <= 16) return text;
  }
  return "0";
}

/** Several of them. */
export function decimals(values: readonly number[]): string {
  return values.map(decimal).join("\\");
}

function encoded([tag, vr, value]: Element): Uint8Array {
  const raw = typeof value === "string" ? new TextEncoder().encode(value) : value;
  const isLong = vr === "OW";
  const head = isLong ? 12 : 8;
  const bytes = new Uint8Array(head + raw.length + (raw.length % 2));
  const view = new DataView(bytes.buffer);
  view.setUint16(0, tag >>> 16, true);
  view.setUint16(2, tag & 0xffff, true);
  bytes.set(new TextEncoder().encode(vr), 4);
  if (isLong) view.setUint32(8, bytes.length - head, true);
  else view.setUint16(6, bytes.length - head, true);
  bytes.set(raw, head);
  // Texts are filled up by a space, all else by a zero.
  if (raw.length % 2 === 1 && typeof value === "string" && vr !== "UI") bytes[bytes.length - 1] = 0x20;
  return bytes;
}
