import type { Engine } from "../engine.js";
import type { BoxPoint, Grip } from "../marks.js";
import type { Pane } from "../pane.js";
import { distance } from "./affine.js";

const SIZE_PX = 220;
/** So many times larger than in the viewport. */
const LARGER = 2.5;

/** A round glass over the picture while a button is down. It is a viewport of its own: sharp, not a stretched copy. */
export function magnify(engine: Engine, pane: Pane, at: BoxPoint): Grip | undefined {
  const { picture, stage } = pane;
  if (!picture?.with || !picture.view) return undefined;
  const glass = document.createElement("div");
  glass.className = "glass";
  glass.style.width = glass.style.height = `${SIZE_PX}px`;
  pane.shell.box.after(glass);
  let shown = picture;
  const lens = stage.beside(glass, {
    picture: () => shown,
    drawn: () => {},
    failed: (error) => engine.fail(error),
    resize: (apply) => apply(),
  });
  const place = ({ x, y }: BoxPoint): void => {
    const now = pane.picture;
    const point = now && stage.pointFromBox(now, x, y);
    if (!now?.with || !now.view || !point) return;
    const step = [point[0] + 1, point[1]] as const;
    const [there, beside] = [stage.boxFromPoint(now, point), stage.boxFromPoint(now, step)];
    const plain = now.with({ ...now.view, zoom: 1, pan: [0, 0] });
    const [a, b] = [lens.boxFromPoint(plain, point), lens.boxFromPoint(plain, step)];
    if (!there || !beside || !a || !b) return;
    const zoom = (LARGER * distance(there, beside)) / distance(a, b);
    const zoomed = now.with({ ...now.view, zoom, pan: [0, 0] });
    const [left, top] = lens.boxFromPoint(zoomed, point) ?? [0, 0];
    shown = now.with({ ...now.view, zoom, pan: [SIZE_PX / 2 - left, SIZE_PX / 2 - top] });
    glass.style.translate = `${x - SIZE_PX / 2}px ${y - SIZE_PX / 2}px`;
    lens.flush();
  };
  place(at);
  return {
    move: place,
    end: () => {
      lens.destroy();
      glass.remove();
    },
  };
}
