import { NoctisError } from "../../public/errors.js";

/** Of an answer that may be one part or several (RFC 2387): the first one. */
export interface Part {
  /** As in `"image/jls; transfer-syntax=1.2.840.10008.1.2.4.80"`. */
  readonly type: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The first part of an answer. */
export async function firstPart(response: Response): Promise<Part> {
  const type = response.headers.get("Content-Type") ?? "";
  const body = new Uint8Array(await response.arrayBuffer());
  if (!/^multipart\//i.test(type)) return { type, bytes: body };
  const boundary = parameterOf(type, "boundary");
  const begin = boundary ? indexOf(body, ascii(`--${boundary}`), 0) : -1;
  const head = begin < 0 ? -1 : indexOf(body, ascii("\r\n\r\n"), begin);
  if (head < 0) throw new NoctisError("malformed", "the server's answer is said to have parts, and has none");
  const start = head + 4;
  const end = indexOf(body, ascii(`\r\n--${boundary}`), start);
  if (end < 0) throw new NoctisError("truncated", "the server's answer ends inside of a part");
  const lines = new TextDecoder("latin1").decode(body.subarray(begin, head));
  const stated = /^content-type:\s*(.*)$/im.exec(lines)?.[1]?.trim() ?? "";
  return { type: stated, bytes: body.slice(start, end) };
}

/** A parameter of a media type. */
export function parameterOf(type: string, name: string): string | undefined {
  const [, quoted, plain] = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;\\s]*))`, "i").exec(type) ?? [];
  return quoted ?? plain;
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (letter) => letter.charCodeAt(0));
}

/** Where `wanted` begins, at or after `from`; -1 where it is not. */
function indexOf(bytes: Uint8Array, wanted: Uint8Array, from: number): number {
  const [first = 0] = wanted;
  for (let at = bytes.indexOf(first, from); at >= 0; at = bytes.indexOf(first, at + 1)) {
    if (wanted.every((byte, index) => bytes[at + index] === byte)) return at;
  }
  return -1;
}
