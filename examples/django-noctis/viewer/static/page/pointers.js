/* Fingers, pens and mice on the canvases. What is pressed here comes as no mouse event any more, but for the click after it. */

/** A pointer that has gone so far drags, or turns over slices where it goes down rather than across. */
const DECIDE_PX = 10;
const STEP_PX = 18;

function attachPointers(target, { start, move, end, scroll, pinch }) {
  const fingers = new Map();
  let pressed = null;
  target.addEventListener("pointerdown", (event) => {
    if (event.button > 1) return;
    target.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
    pressed = { x: event.clientX, y: event.clientY, lastY: event.clientY, does: null };
    event.preventDefault();
  });
  target.addEventListener("pointermove", (event) => {
    if (!pressed) return;
    event.preventDefault();
    if (fingers.size === 2) {
      const before = spreadOf(fingers);
      pinch?.(spreadOf(fingers.set(event.pointerId, event)) - before);
      return;
    }
    const { clientX: x, clientY: y } = event;
    const [across, down] = [Math.abs(x - pressed.x), Math.abs(y - pressed.y)];
    if (!pressed.does && Math.hypot(across, down) >= DECIDE_PX) {
      pressed.does = down > 1.2 * across ? "scroll" : "drag";
      if (pressed.does === "drag") start(handOf(pressed.x, pressed.y));
    }
    if (pressed.does === "drag") move(handOf(x, y));
    else if (pressed.does === "scroll" && Math.abs(y - pressed.lastY) >= STEP_PX) {
      scroll(Math.sign(y - pressed.lastY));
      pressed.lastY = y;
    }
  });
  target.addEventListener("pointerup", (event) => {
    fingers.delete(event.pointerId);
    if (pressed?.does === "drag") end(handOf(event.clientX, event.clientY));
    pressed = null;
  });
}

function spreadOf(fingers) {
  const [one, other] = [...fingers.values()];
  return Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY);
}

/** What the listeners of the mouse are handed instead of an event. */
function handOf(clientX, clientY) {
  return { clientX, clientY, button: 0, altKey: false, preventDefault() {} };
}
