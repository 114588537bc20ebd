import type { AdapterNews, Feature, NoctisAdapter } from "../../public/adapter.js";
import type { Painter } from "../../public/painter.js";
import { Binding } from "./binding.js";
import { Bone } from "./bone.js";
import { Catalog } from "./catalog.js";
import { Compare } from "./compare.js";
import { type AdapterConfiguration, FEATURES } from "./config.js";
import { bindFrames, bindWindow } from "./habits.js";
import { answerHounsfield } from "./hounsfield.js";
import { answerPictures, answerValues, answerWindows } from "./images.js";
import { LocalFiles } from "./local.js";
import { bindLocalPlanes } from "./local-planes.js";
import { bindMarkup } from "./markup.js";
import { bindMillimetres } from "./millimetres.js";
import { Network } from "./network.js";
import { Notes } from "./notes.js";
import { bindOldMillimetres } from "./old-millimetres.js";
import { callPage, page } from "./page.js";
import { PlainPainter, type ValuePainter } from "./plain.js";
import { PlaneTools } from "./plane-tools.js";
import { answerPlanes } from "./reconstruction.js";
import { Slices } from "./slices.js";
import { Store } from "./store.js";
import { Tools } from "./tools.js";
import { bindUnit } from "./unit.js";
import { OldPlanes } from "./v1.js";
import { Volumes } from "./volumes.js";

/** What asks the network instead of calling functions of the page. */
const BY_NETWORK: readonly Feature[] = ["values", "previews", "planes"];

/** Binds the page, draws for it, and steps aside once when that does not work. */
export class Adapter implements NoctisAdapter {
  readonly settled: Promise<void>;
  readonly #binding: Binding;
  readonly #network: Network | undefined;
  readonly #volumes: Volumes;
  #state: NoctisAdapter["state"] = "loading";
  #painter: Painter | undefined;
  /** What draws for a page that has no renderer, where the package cannot. */
  #plain: ValuePainter | undefined;

  constructor(configuration: AdapterConfiguration, loadPainter: () => Promise<Painter>) {
    const { off, parity, studyUid, cacheBytes } = configuration;
    this.#binding = new Binding(off, (feature, error) => this.#failed(feature, error));
    const isNeeded = BY_NETWORK.some((feature) => !off.has(feature)) || !off.has("slices");
    this.#network = isNeeded ? new Network() : undefined;
    const fetchOfPage = this.#network?.original ?? window.fetch;
    const painter = loadPainter();
    const catalog = new Catalog(fetchOfPage, studyUid);
    const store = new Store(catalog, fetchOfPage, painter, cacheBytes);
    const local = new LocalFiles(store, painter);
    this.#volumes = new Volumes({ store, catalog, local, painter, parity });
    this.#network?.teach(catalog);
    if (this.#network) this.#answer(this.#network, { store, catalog, painter, parity });
    this.#bind(store, local, fetchOfPage, parity);
    this.settled = painter.then(
      (made) => this.#start(made),
      (error: unknown) => this.#fallBack(error),
    );
  }

  get state(): NoctisAdapter["state"] {
    return this.#state;
  }

  restore(): void {
    if (this.#state === "restored" || (this.#state === "fallback" && !this.#plain)) return;
    this.#plain = undefined;
    this.#stop();
    this.#tell("restored");
  }

  #answer(
    network: Network,
    parts: { store: Store; catalog: Catalog; painter: Promise<Painter>; parity: "page" | "dicom" },
  ): void {
    const { store, catalog, painter, parity } = parts;
    if (this.#binding.isOn("values")) answerValues(network, { store, painter, parity });
    if (this.#binding.isOn("previews")) {
      answerPictures(network, { store, painter, parity });
      answerWindows(network, { store, painter, parity });
    }
    if (this.#binding.isOn("planes")) answerPlanes(network, { volumes: this.#volumes, catalog, store });
    answerHounsfield(network, {
      ...(this.#binding.isOn("values") && { store }),
      ...(this.#binding.isOn("planes") && { volumes: this.#volumes }),
    });
  }

  #bind(store: Store, local: LocalFiles, fetchOfPage: typeof fetch, parity: "page" | "dicom"): void {
    const slices = new Slices(store, () => this.#painter ?? this.#plain, parity);
    const notes = new Notes(fetchOfPage);
    slices.bind(this.#binding);
    slices.bindPreviews(this.#binding);
    bindOldMillimetres(this.#binding, slices);
    bindWindow(this.#binding);
    bindFrames(this.#binding, store);
    bindUnit(this.#binding);
    bindMarkup(this.#binding);
    const tools = new Tools(notes.stored);
    tools.bind(this.#binding);
    new PlaneTools().bind(this.#binding);
    notes.bind(this.#binding);
    new Compare(fetchOfPage).bind(this.#binding);
    local.bind(this.#binding);
    bindLocalPlanes(this.#binding, this.#volumes, local);
    bindMillimetres(this.#binding, this.#volumes, tools);
    const isReady = (): boolean => this.#painter !== undefined;
    new OldPlanes(this.#volumes, isReady).bind(this.#binding);
    new Bone(this.#volumes, isReady, (error) => this.#failed("bone", error)).bind(this.#binding);
  }

  #start(painter: Painter): void {
    if (this.#state !== "loading") {
      painter.destroy();
      return;
    }
    this.#painter = painter;
    this.#tell("ready");
    // What the page has shown, or could not show, until now.
    if (page.images.length > 0) callPage("redrawCurrentImage");
  }

  /** A replacement threw: its feature is the page's again; when that cannot be drawn, all of it is. */
  #failed(feature: Feature, error: unknown): void {
    // The GPU comes back; until then the page draws.
    if (kindOf(error) === "device-lost") return;
    if (feature === "slices" || feature === "values") this.#fallBack(error);
    else {
      this.#binding.release(feature);
      say(`${feature} is left to the page: ${reasonOf(error)}`, true);
    }
  }

  #fallBack(error: unknown): void {
    if (this.#state === "restored" || this.#state === "fallback") return;
    const hasDrawn = this.#painter !== undefined;
    if (!page.keepsPictures && this.#binding.isOn("slices")) {
      this.#stop(["slices"]);
      this.#plain = new PlainPainter();
      this.#tell("fallback", reasonOf(error));
      callPage("redrawCurrentImage");
      return;
    }
    this.#stop();
    this.#tell("fallback", reasonOf(error));
    if (!hasDrawn) return;
    // Values that were decoded here are true where the page's server has them otherwise: it asks again.
    page.forgetValues();
    callPage("loadCurrentImage");
  }

  #stop(kept: readonly Feature[] = []): void {
    this.#binding.restore(kept);
    this.#network?.restore();
    this.#volumes.close();
    const painter = this.#painter;
    this.#painter = undefined;
    // What is being drawn at this moment comes to its end first.
    setTimeout(() => painter?.destroy());
  }

  #tell(state: AdapterNews["state"], reason?: string): void {
    this.#state = state;
    const isReady = state === "ready" || this.#plain !== undefined;
    const taken = Object.fromEntries(
      FEATURES.map((feature): [Feature, readonly string[]] => [feature, isReady ? this.#takenBy(feature) : []]).filter(
        ([, names]) => names.length > 0,
      ),
    );
    const left = FEATURES.filter((feature) => !(feature in taken));
    const news: AdapterNews = { state, taken, left, ...(reason !== undefined && { reason }) };
    say(textOf(news), state === "fallback");
    document.dispatchEvent(new CustomEvent("noctis-adapter", { detail: news }));
  }

  #takenBy(feature: Feature): readonly string[] {
    const names = this.#binding.taken(feature);
    return BY_NETWORK.includes(feature) && this.#binding.isOn(feature) ? [...names, "fetch"] : names;
  }
}

function textOf({ state, reason, taken, left }: AdapterNews): string {
  if (state !== "ready")
    return state === "restored" ? "the page is as it was" : `the page goes on by itself: ${reason}`;
  const parts = Object.entries(taken).map(([feature, names]) => `${feature} (${names.join(", ")})`);
  return `takes over ${parts.join("; ")}${left.length > 0 ? `; leaves ${left.join(", ")}` : ""}`;
}

function say(text: string, isWarning: boolean): void {
  // biome-ignore lint/suspicious/noConsole: whoever runs the page is told what draws it
  (isWarning ? console.warn : console.info)(`Noctis Viewer: ${text}`);
}

function kindOf(error: unknown): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, "kind") : undefined;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
