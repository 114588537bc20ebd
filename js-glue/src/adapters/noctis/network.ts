import type { Catalog } from "./catalog.js";

/** Answers a request of the page; undefined leaves it to the server. */
export type Route = (url: URL, match: RegExpExecArray) => Promise<Response | undefined> | undefined;

interface Entry {
  readonly pattern: RegExp;
  readonly route: Route;
}

const STUDY = /\/dicom-viewer\/api\/study\/[^/]+\/(?:data\/)?$/;
const IMAGES = /\/dicom-viewer\/(?:web\/)?series\/[^/]+\/images\/$/;

/**
 * What the page asks its server by `fetch`: read along, and answered here where that can be done. Everything else goes its way
 * untouched.
 */
export class Network {
  /** The page's own. */
  readonly original: typeof fetch;
  readonly #routes: Entry[] = [];
  readonly #ours: typeof fetch;
  #catalog: Catalog | undefined;
  #learning: Promise<unknown> = Promise.resolve();
  #isOn = true;

  constructor() {
    this.original = window.fetch;
    this.#ours = (input, init) => this.#fetch(input, init);
    window.fetch = this.#ours;
  }

  /** Has answers read along. */
  teach(catalog: Catalog): void {
    this.#catalog = catalog;
  }

  /** Answers requests whose path is like this. */
  add(pattern: RegExp, route: Route): void {
    this.#routes.push({ pattern, route });
  }

  restore(): void {
    this.#isOn = false;
    if (window.fetch === this.#ours) window.fetch = this.original;
  }

  async #fetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
    const url = this.#isOn ? ownUrl(input, init) : undefined;
    if (!url) return this.original.call(window, input, init);
    const signal = init?.signal ?? (input instanceof Request ? input.signal : undefined);
    const answer = await unlessAborted(this.#answer(url), signal);
    if (answer) return answer;
    const response = await this.original.call(window, input, init);
    this.#learn(url, response);
    return response;
  }

  async #answer(url: URL): Promise<Response | undefined> {
    for (const { pattern, route } of this.#routes) {
      const match = pattern.exec(url.pathname);
      if (!match) continue;
      // What the page has been told a moment ago may still be being read here.
      await this.#learning;
      try {
        return await route(url, match);
      } catch {
        return undefined;
      }
    }
    return undefined;
  }

  #learn(url: URL, response: Response): void {
    const catalog = this.#catalog;
    const isStudy = STUDY.test(url.pathname);
    if (!catalog || !response.ok || !(isStudy || IMAGES.test(url.pathname))) return;
    const read = async (copy: Response): Promise<void> => {
      const answer: object = await copy.json();
      if (isStudy) catalog.learnStudy(answer);
      else catalog.learnImages(answer);
    };
    const reading = read(response.clone()).catch(() => {});
    this.#learning = Promise.all([this.#learning, reading]);
  }
}

/** What the page gave up is refused, as by the browser: what it asked for since comes first. */
function unlessAborted<T>(made: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return made;
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(signal.reason);
    if (signal.aborted) refuse();
    signal.addEventListener("abort", refuse, { once: true });
    made.then(resolve, reject);
  });
}

/** The address of a plain read of this site. */
function ownUrl(input: RequestInfo | URL, init: RequestInit | undefined): URL | undefined {
  const isRequest = input instanceof Request;
  const method = init?.method ?? (isRequest ? input.method : "GET");
  if (method.toUpperCase() !== "GET") return undefined;
  try {
    const url = new URL(isRequest ? input.url : String(input), document.baseURI);
    return url.origin === location.origin ? url : undefined;
  } catch {
    return undefined;
  }
}
