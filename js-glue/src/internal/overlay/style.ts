/**
 * The look of a viewer. It lives in a shadow root, as a constructed sheet, so that a Content-Security-Policy without
 * `'unsafe-inline'` allows it; the page's own styles neither reach in nor are reached. Custom properties do:
 * `--noctis-text`, `--noctis-dim`, `--noctis-accent`, `--noctis-danger`, `--noctis-font`, `--noctis-background`, `--noctis-gap` (between viewports),
 * and for annotations `--noctis-mark`, `--noctis-mark-selected`, `--noctis-mark-halo` (around lines), `--noctis-mark-panel` (behind values), for lines of
 * other slices `--noctis-line`.
 */
const CSS = `
:host {
  display: block; position: relative; width: 100%; height: 100%; min-width: 0; min-height: 0;
  --text: var(--noctis-text, #dbe3ec); --dim: var(--noctis-dim, #8d9aaa); --accent: var(--noctis-accent, #4cc2ff);
  font: 400 12px/1.5 var(--noctis-font, ui-sans-serif, system-ui, "Segoe UI", Roboto, "Helvetica Neue", sans-serif);
  font-variant-numeric: tabular-nums;
  --mark: var(--noctis-mark, #ffd84d); --mark-selected: var(--noctis-mark-selected, #5ee1ff);
  --mark-halo: var(--noctis-mark-halo, #000000a6); --mark-panel: var(--noctis-mark-panel, #05080ccc);
  --danger: var(--noctis-danger, #ff8a80); --background: var(--noctis-background, #000);
  --gap: var(--noctis-gap, #26303c);
}
:host([data-unsized]) { height: auto; aspect-ratio: 4 / 3; }
[hidden] { display: none !important; }
.grid {
  position: absolute; inset: 0; display: grid; gap: 1px; background: var(--gap);
  grid-template: repeat(var(--rows, 1), minmax(0, 1fr)) / repeat(var(--columns, 1), minmax(0, 1fr));
}
.frame {
  position: relative; overflow: hidden; outline: none; background: var(--background); color: var(--text);
  touch-action: none; user-select: none; -webkit-user-select: none;
}
.frame::after { content: ""; position: absolute; inset: 0; pointer-events: none; border: 0 solid var(--accent); }
.frame.active::after { border-width: 1px; }
.frame:focus-visible::after { border-width: 2px; }
.box { position: absolute; inset: 0; }
canvas { position: absolute; inset: 0; display: block; width: 100%; height: 100%; }
.corner, .letter, .scale, .notice, .message { text-shadow: 0 0 2px #000, 0 0 4px #000; pointer-events: none; }
.corner { position: absolute; display: grid; gap: 0; max-width: calc(50% - 24px); white-space: nowrap; }
.corner > span { white-space: pre; overflow: hidden; text-overflow: ellipsis; min-height: 1.5em; }
.corner > span:empty { display: none; }
.corner > .strong { font-weight: 600; font-size: 13px; }
.corner > .dim { color: var(--dim); }
.tl { top: 12px; left: 14px; } .tr { top: 12px; right: 14px; text-align: right; }
.bl { bottom: 12px; left: 14px; align-items: end; } .br { bottom: 12px; right: 14px; text-align: right; }
.letter { position: absolute; font-weight: 600; font-size: 14px; color: var(--accent); letter-spacing: .04em; }
.letter.top { top: 10px; left: 50%; translate: -50%; }
.letter.bottom { bottom: 12px; left: 50%; translate: -50%; }
.letter.left { left: 14px; top: 50%; translate: 0 -50%; }
.letter.right { right: 14px; top: 50%; translate: 0 -50%; }
.scale { position: absolute; bottom: 34px; left: 50%; translate: -50%; display: grid; justify-items: center; gap: 1px;
  font-size: 11px; white-space: nowrap; }
.scale > i { height: 6px; box-sizing: border-box; border: solid var(--text); border-width: 0 1.5px 1.5px; filter: drop-shadow(0 0 1px #000); }
.bar { position: absolute; left: 0; right: 0; bottom: 0; height: 3px; background: #ffffff1f; overflow: hidden; }
.bar > i { display: block; height: 100%; width: 100%; background: var(--accent); transform-origin: 0 50%;
  transform: scaleX(var(--done, 0)); transition: transform .2s ease-out; }
.bar.unknown > i { width: 30%; transform: none; animation: pass 1.2s ease-in-out infinite; }
@keyframes pass { from { translate: -100% } to { translate: 440% } }
.message { position: absolute; inset: 0; display: grid; place-content: center; justify-items: center; gap: 6px;
  padding: 24px; text-align: center; }
.message > b { font-weight: 600; font-size: 15px; }
.message > span { color: var(--dim); max-width: 46ch; overflow-wrap: anywhere; font-size: 13px; }
.message.failed > b { color: var(--danger); }
.notice { position: absolute; left: 50%; bottom: 20px; translate: -50%; max-width: min(64ch, 88%);
  display: flex; gap: 10px; align-items: start; padding: 8px 8px 8px 12px; border-radius: 8px; background: #1b1113eb;
  border: 1px solid #ff8a8055; color: #ffd9d5; overflow-wrap: anywhere; }
.notice > button { all: unset; pointer-events: auto; cursor: pointer; line-height: 1; padding: 4px 6px; border-radius: 4px; }
.notice > button:hover { background: #ffffff1f; }
.notice > button:focus-visible { outline: 2px solid var(--accent); }
.spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
@container (max-width: 420px) or (max-height: 240px) { .corner > .wide, .scale { display: none; } .corner, .corner > .strong { font-size: 11px; } }
@container (max-width: 220px) or (max-height: 160px) { .letter { display: none; } }
.frame { container-type: size; }
@media (prefers-reduced-motion: reduce) { .bar > i { transition: none; animation-duration: 4s; } }
@media (forced-colors: active) { .frame:focus-visible::after { border-color: Highlight; } }
`;

let sheet: CSSStyleSheet | undefined;

/** The one sheet that all viewers of the page share. */
export function viewerSheet(): CSSStyleSheet {
  sheet ??= sheetOf(CSS);
  return sheet;
}

/** Gives a viewer the look of what is loaded later. */
export function addRules(host: HTMLElement, css: string): void {
  host.shadowRoot?.adoptedStyleSheets.push(sheetOf(css));
}

function sheetOf(css: string): CSSStyleSheet {
  const made = new CSSStyleSheet();
  made.replaceSync(css);
  return made;
}
