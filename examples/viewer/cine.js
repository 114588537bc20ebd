/** Plays the slices: how fast, and what happens at the end. */
import { button, icon, make } from "./dom.js";
import { item, menu } from "./menu.js";

const REPEATS = [
  ["loop", "From the first again"],
  ["bounce", "Back and forth"],
  ["once", "Once"],
];
const FASTEST = 60;

export class CineControl {
  #viewer;
  #failed;
  #play;
  #menu;
  #speed;
  #repeats = new Map();
  /** Undefined: what the object recommends. */
  #framesPerSecond;
  #repeat = "loop";
  elements;

  constructor(viewer, failed) {
    this.#viewer = viewer;
    this.#failed = failed;
    this.#play = button("play", "Play (Space)", () => this.toggle());
    this.#speed = make("input", {
      type: "range",
      min: "1",
      max: String(FASTEST),
      value: "10",
      "aria-label": "Slices a second",
    });
    this.#speed.addEventListener("input", () => this.#change({ framesPerSecond: Number(this.#speed.value) }));
    const repeats = REPEATS.map(([name, text]) => {
      const made = item(text, () => this.#change({ repeat: name }), { "data-repeat": name });
      this.#repeats.set(name, made);
      return made;
    });
    const speed = make("label", { class: "speed" }, make("span", {}, "Slices a second"), this.#speed);
    this.#menu = menu({ name: "cine", title: "How slices are played", content: [speed, ...repeats] });
    const group = make("div", { class: "group", role: "group", "aria-label": "Cine" }, this.#play, this.#menu.element);
    this.elements = [group];
    viewer.on("cine", () => this.refresh());
  }

  /** Plays, or stops. */
  toggle() {
    if (this.#viewer.state.cine) this.#viewer.stopCine();
    else this.#start();
  }

  refresh() {
    const { cine, sliceCount } = this.#viewer.state;
    const isPlaying = Boolean(cine);
    this.#play.disabled = sliceCount < 2;
    if (this.#play.dataset.playing !== String(isPlaying))
      this.#play.replaceChildren(icon(isPlaying ? "pause" : "play"));
    this.#play.dataset.playing = String(isPlaying);
    this.#play.setAttribute("aria-pressed", String(isPlaying));
    const speed = Math.round(cine?.framesPerSecond ?? this.#framesPerSecond ?? this.#recommended);
    this.#menu.label(`${speed} fps`);
    this.#speed.value = String(speed);
    for (const [name, made] of this.#repeats) made.setAttribute("aria-pressed", String(name === this.#repeat));
  }

  /** What the object says, or what the viewer takes where it says nothing. */
  get #recommended() {
    const { kind, sliceIndex } = this.#viewer.state;
    const { frameTimeMs } = kind === "stack" && sliceIndex >= 0 ? this.#viewer.instance(sliceIndex) : {};
    return frameTimeMs ? 1000 / frameTimeMs : 10;
  }

  #change({ framesPerSecond = this.#framesPerSecond, repeat = this.#repeat }) {
    this.#framesPerSecond = framesPerSecond;
    this.#repeat = repeat;
    if (this.#viewer.state.cine) this.#start();
    this.refresh();
  }

  #start() {
    const options = { repeat: this.#repeat, ...(this.#framesPerSecond && { framesPerSecond: this.#framesPerSecond }) };
    this.#viewer.playCine(options).catch(this.#failed);
  }
}
