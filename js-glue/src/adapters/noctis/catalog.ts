import { numbersIn } from "./served.js";

/** What an image is called in DICOM, and where its object may be had. */
export interface ImageEntry {
  readonly id: string;
  readonly seriesId: string;
  readonly sopUid?: string;
  /** Where its file is said to be. */
  readonly filePath?: string;
  /** Where its first pixel is in the patient, and the directions of its rows and columns, as far as the page was told. */
  readonly position?: readonly number[];
  readonly orientation?: readonly number[];
}

interface SeriesEntry {
  readonly id: string;
  uid?: string;
  studyId?: string;
  imageIds: readonly string[];
}

/** The answers of the page's server, as far as they are used here. */
interface StudyAnswer {
  readonly study?: { readonly id?: unknown; readonly accession_number?: unknown };
  readonly series?: readonly {
    readonly id?: unknown;
    readonly images?: readonly { readonly id?: unknown; readonly file_path?: unknown }[];
  }[];
}
interface ImagesAnswer {
  readonly series?: { readonly id?: unknown; readonly series_uid?: unknown; readonly image_orientation?: unknown };
  readonly images?: readonly {
    readonly id?: unknown;
    readonly sop_instance_uid?: unknown;
    readonly image_position?: unknown;
  }[];
}

const UID = "[0-9.]+";
const IN_PATH = new RegExp(`/(${UID})/(${UID})/(${UID})\\.dcm$`);
const MAX_CANDIDATES = 5;

/** What the page's server has told of studies: read along from the answers that the page asks for. */
export class Catalog {
  readonly #images = new Map<string, ImageEntry>();
  readonly #series = new Map<string, SeriesEntry>();
  readonly #accessions = new Map<string, string>();
  readonly #studyUids = new Map<string, Promise<string | undefined>>();
  readonly #fetch: typeof fetch;
  readonly #givenUid: string | undefined;

  constructor(fetchOfPage: typeof fetch, studyUid: string | undefined) {
    this.#fetch = fetchOfPage;
    this.#givenUid = studyUid;
  }

  image(id: string): ImageEntry | undefined {
    return this.#images.get(id);
  }

  /** The images of a series in the order of the page. */
  imagesOf(seriesId: string): readonly ImageEntry[] {
    const ids = this.#series.get(seriesId)?.imageIds ?? [];
    return ids.map((id) => this.#images.get(id)).filter((entry) => entry !== undefined);
  }

  /** Reads an answer to `/api/study/<id>/data/`. */
  learnStudy(answer: StudyAnswer): void {
    const studyId = String(answer.study?.id);
    this.#accessions.set(studyId, String(answer.study?.accession_number ?? ""));
    for (const { id, images = [] } of answer.series ?? []) {
      const entry = this.#entry(String(id));
      entry.studyId = studyId;
      for (const image of images) {
        const path = typeof image.file_path === "string" ? { filePath: image.file_path } : {};
        this.#learn(String(image.id), { seriesId: entry.id, ...path });
      }
    }
  }

  /** Reads an answer to `/series/<id>/images/`. */
  learnImages({ series, images = [] }: ImagesAnswer): void {
    const entry = this.#entry(String(series?.id));
    if (typeof series?.series_uid === "string") entry.uid = series.series_uid;
    entry.imageIds = images.map(({ id }) => String(id));
    const orientation = numbersIn(String(series?.image_orientation ?? ""));
    for (const { id, sop_instance_uid: uid, image_position: place } of images) {
      const position = numbersIn(String(place ?? ""));
      this.#learn(String(id), {
        seriesId: entry.id,
        ...(typeof uid === "string" && { sopUid: uid }),
        ...(position.length === 3 && { position }),
        ...(orientation.length === 6 && { orientation }),
      });
    }
  }

  /** Where the object of an image may be had, best first. */
  async addresses(id: string): Promise<readonly string[]> {
    const image = this.#images.get(id);
    const series = image && this.#series.get(image.seriesId);
    if (!image || !series) return [];
    const found: string[] = [];
    const study = series.uid && image.sopUid ? await this.#studyUid(series, image) : undefined;
    if (study) found.push(`/dicomweb/studies/${study}/series/${series.uid}/instances/${image.sopUid}`);
    if (image.filePath?.startsWith("/")) found.push(image.filePath);
    return found;
  }

  /** The study's UID: told by the page, part of where its files are, or found by accession number. */
  #studyUid(series: SeriesEntry, image: ImageEntry): Promise<string | undefined> {
    if (this.#givenUid) return Promise.resolve(this.#givenUid);
    const [, study, seriesUid, sopUid] = IN_PATH.exec(image.filePath ?? "") ?? [];
    if (study && seriesUid === series.uid && sopUid === image.sopUid) return Promise.resolve(study);
    const known = this.#studyUids.get(series.id);
    if (known) return known;
    const asked = this.#ask(series).catch(() => undefined);
    this.#studyUids.set(series.id, asked);
    return asked;
  }

  async #ask(series: SeriesEntry): Promise<string | undefined> {
    const accession = this.#accessions.get(series.studyId ?? "");
    if (!accession) return undefined;
    // What contains the number is found as well: the series decides.
    const studies = await this.#uids(`/dicomweb/studies/?AccessionNumber=${encodeURIComponent(accession)}`, "0020000D");
    for (const study of studies.slice(0, MAX_CANDIDATES)) {
      const all = await this.#uids(`/dicomweb/studies/${study}/series/`, "0020000E");
      if (series.uid && all.includes(series.uid)) return study;
    }
    return undefined;
  }

  /** Whatever JSON the site makes of it: NoctisPro's refuses who wants that of DICOM. */
  async #uids(url: string, tag: string): Promise<readonly string[]> {
    const response = await this.#fetch.call(window, url);
    if (!response.ok || response.redirected) return [];
    const entries: unknown = await response.json();
    if (!Array.isArray(entries)) return [];
    const values = (entries as Record<string, { Value?: unknown[] }>[]).map((entry) => entry[tag]?.Value?.[0]);
    return values.filter((value) => typeof value === "string");
  }

  #entry(id: string): SeriesEntry {
    const entry = this.#series.get(id) ?? { id, imageIds: [] };
    this.#series.set(id, entry);
    return entry;
  }

  #learn(id: string, more: Omit<ImageEntry, "id">): void {
    this.#images.set(id, { ...this.#images.get(id), ...more, id });
  }
}
