import { NoctisError } from "../../public/errors.js";
import type { WadoInstance } from "../../public/viewer.js";
import type { SourceBytes } from "../source.js";
import { headerOf, type JsonDataSet } from "./header.js";
import { firstPart, type Part, parameterOf } from "./multipart.js";
import type { Heads, RemoteFrames } from "./types.js";

const EXPLICIT_LITTLE = "1.2.840.10008.1.2.1";
/** Whose frames, once they are out of their object, are its values, little-endian. */
const UNCOMPRESSED = new Set([
  "1.2.840.10008.1.2",
  EXPLICIT_LITTLE,
  "1.2.840.10008.1.2.1.99",
  "1.2.840.10008.1.2.1.98",
]);
/** What a media type means that does not name its transfer syntax (PS3.18 table 8.7.3-5). */
const BY_TYPE: Record<string, string> = {
  "image/dicom-rle": "1.2.840.10008.1.2.5",
  "image/jpeg": "1.2.840.10008.1.2.4.70",
  "image/jls": "1.2.840.10008.1.2.4.80",
  "image/jp2": "1.2.840.10008.1.2.4.90",
  "image/jpx": "1.2.840.10008.1.2.4.92",
  "image/jphc": "1.2.840.10008.1.2.4.201",
  "image/jxl": "1.2.840.10008.1.2.4.110",
};
const BYTES = `multipart/related; type="application/octet-stream"`;
/** As they are stored. One media type alone: Orthanc takes a second one for a part of the first. */
const FRAME = `${BYTES}; transfer-syntax=*`;
const OBJECT = `multipart/related; type="application/dicom"; transfer-syntax=*`;
/** What a server says that cannot give frames of an object, but the object: not acceptable by the standard, and as it is found. */
const WITHOUT_FRAMES = [400, 406, 500, 501];

/** An instance of a DICOMweb server as a whole. */
export async function readWado(instance: WadoInstance, signal?: AbortSignal): Promise<SourceBytes> {
  return { bytes: await new Server(instance).whole(signal), isShared: false };
}

/** An instance of a DICOMweb server: its metadata once, each frame when it is wanted; as a whole where frames cannot be had. */
export async function openWado(
  instance: WadoInstance,
  heads: Heads,
  signal: AbortSignal,
): Promise<RemoteFrames | SourceBytes> {
  const server = new Server(instance);
  const [metadata, first] = await Promise.all([server.metadata(signal), server.frame(0, signal)]);
  if (!first) return readWado(instance, signal);
  const syntax = syntaxOf(first);
  const head = await headerOf(metadata, syntax, (uri) => server.bulk(uri, signal));
  let unused: Part | undefined = first;
  return {
    head,
    total: undefined,
    info: await heads.describe(head),
    async part(frame, stop) {
      const part = frame === 0 && unused ? unused : await server.frame(frame, stop);
      unused = undefined;
      if (!part || syntaxOf(part) !== syntax) {
        throw new NoctisError("malformed", "the server gives this frame in another transfer syntax", { frame });
      }
      return part.bytes.buffer;
    },
  };
}

/** The transfer syntax of a frame on its own. */
function syntaxOf({ type }: Part): string {
  const stated = parameterOf(type, "transfer-syntax");
  const syntax = stated ?? BY_TYPE[type.split(";", 1)[0]?.trim().toLowerCase() ?? ""] ?? EXPLICIT_LITTLE;
  return UNCOMPRESSED.has(syntax) ? EXPLICIT_LITTLE : syntax;
}

class Server {
  readonly #instance: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor({ wadoRs, headers = {} }: WadoInstance) {
    this.#instance = new URL(String(wadoRs).replace(/\/+$/, ""), document.baseURI).href;
    this.#headers = headers;
  }

  async metadata(signal: AbortSignal): Promise<JsonDataSet> {
    const response = await this.#ask(`${this.#instance}/metadata`, "application/dicom+json", signal);
    const answer: unknown = await response.json().catch(() => undefined);
    const [first] = Array.isArray(answer) ? answer : [];
    if (typeof first === "object" && first !== null) return first as JsonDataSet;
    throw new NoctisError("malformed", "the server's metadata are not DICOM JSON", { source: this.#instance });
  }

  /** Undefined when the server has no frames of this object, or none in a form that is asked for. */
  async frame(index: number, signal?: AbortSignal): Promise<Part | undefined> {
    const response = await this.#ask(`${this.#instance}/frames/${index + 1}`, FRAME, signal, WITHOUT_FRAMES);
    return response.ok ? firstPart(response) : undefined;
  }

  async whole(signal: AbortSignal | undefined): Promise<Uint8Array<ArrayBuffer>> {
    return (await firstPart(await this.#ask(this.#instance, OBJECT, signal))).bytes;
  }

  /** A value that the metadata refer to, wherever it is. */
  async bulk(uri: string, signal: AbortSignal): Promise<Uint8Array> {
    const { href } = new URL(uri, `${this.#instance}/metadata`);
    return (await firstPart(await this.#ask(href, BYTES, signal))).bytes;
  }

  async #ask(url: string, accept: string, signal: AbortSignal | undefined, allowed: number[] = []): Promise<Response> {
    // Another server does not get what may be a password.
    const own = new URL(url).origin === new URL(this.#instance).origin ? this.#headers : {};
    let response: Response;
    try {
      response = await fetch(url, { headers: { ...own, Accept: accept }, ...(signal && { signal }) });
    } catch (cause) {
      if (signal?.aborted) throw cause;
      throw new NoctisError("io", "the address could not be reached", { source: url, cause });
    }
    if (response.ok || allowed.includes(response.status)) return response;
    throw new NoctisError("io", `the server answered ${response.status} ${response.statusText}`.trim(), {
      source: url,
    });
  }
}
