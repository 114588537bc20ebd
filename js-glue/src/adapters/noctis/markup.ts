import type { Binding } from "./binding.js";
import { get, put } from "./page.js";

type Described = Readonly<Record<string, unknown>>;

declare let currentStudy: Described | null;
declare let currentSeries: Described | null;
declare let studySeriesList: readonly unknown[];
declare let _cmpMeta: Described | null;

/** What makes an element of a text, or of a description. */
const MAKING = ["showToast", "_cmpSeriesRow"];
/** What makes elements of what the page knows of a study. */
const OF_STUDY = ["pe_browserPrintQuick", "_cmpRenderSlice"];
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Names and descriptions of patients, studies and series are text, also where the page would read them as markup. */
export function bindMarkup(binding: Binding): void {
  for (const name of MAKING) {
    const make = binding.replace("texts", name, (_, [given, ...others]) => make?.(escaped(given), ...others));
  }
  const list = binding.replace("texts", "displaySeriesList", (original, [series]) => {
    if (!Array.isArray(series)) return original();
    const result = list?.(series.map(escaped));
    put(() => {
      studySeriesList = [...series];
    });
    return result;
  });
  for (const name of OF_STUDY) binding.replace("texts", name, withEscaped);
}

/** Has the page know nothing but text, until this returns. */
function withEscaped(act: () => unknown): unknown {
  const known = [get(() => currentStudy), get(() => currentSeries), get(() => _cmpMeta)].map((each) => each ?? null);
  const set = ([study, series, compared]: readonly (Described | null | undefined)[]): void => {
    put(() => {
      currentStudy = study ?? null;
    });
    put(() => {
      currentSeries = series ?? null;
    });
    put(() => {
      _cmpMeta = compared ?? null;
    });
  };
  set(known.map((each) => escaped(each) as Described | null));
  try {
    return act();
  } finally {
    set(known);
  }
}

/** A text, or those of an object. */
function escaped(given: unknown): unknown {
  if (typeof given === "string") return given.replace(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
  if (typeof given !== "object" || given === null) return given;
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, typeof value === "string" ? escaped(value) : value]),
  );
}
