/* What a hand does on a page, and what a page writes. */

/** Presses at the first point of an element, moves over the others, and lets go at the last. */
export async function drag(page, selector, points) {
  const box = await page.locator(selector).boundingBox();
  const [[x, y], ...others] = points;
  await page.mouse.move(box.x + x, box.y + y);
  await page.mouse.down();
  for (const [toX, toY] of others) await page.mouse.move(box.x + toX, box.y + toY);
  await page.mouse.up();
}

/** Presses and lets go at each point of an element. */
export async function click(page, selector, points) {
  const box = await page.locator(selector).boundingBox();
  for (const [x, y] of points) await page.mouse.click(box.x + x, box.y + y);
}

/** What is written on a canvas when a function of the page draws it. */
export const written = (page, id = "dicomCanvas", name = "redrawCurrentImage", ...args) =>
  page.evaluate(
    async ([id, name, args]) => {
      const texts = [];
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {
        if (this.canvas.id === id) texts.push(text);
        return write.call(this, text, ...place);
      };
      window[name](...args);
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
      CanvasRenderingContext2D.prototype.fillText = write;
      return texts;
    },
    [id, name, args],
  );
