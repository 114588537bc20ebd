/** A queue that `viewer.load` reads from for as long as objects arrive. */
export class Feed {
  #waiting = [];
  #readers = [];
  #closed = false;

  push(item) {
    if (this.#closed) return;
    const reader = this.#readers.shift();
    if (reader) reader({ value: item, done: false });
    else this.#waiting.push(item);
  }

  /** What waits is not read any more. */
  stop() {
    this.#waiting = [];
    this.close();
  }

  close() {
    this.#closed = true;
    for (const reader of this.#readers.splice(0)) reader({ value: undefined, done: true });
  }

  [Symbol.asyncIterator]() {
    return {
      next: () => {
        if (this.#waiting.length > 0) return Promise.resolve({ value: this.#waiting.shift(), done: false });
        if (this.#closed) return Promise.resolve({ value: undefined, done: true });
        return new Promise((resolve) => this.#readers.push(resolve));
      },
    };
  }
}

/** From the middle outwards: the first picture of a finished study is then one worth looking at. */
export function fromMiddle(items) {
  const middle = Math.floor(items.length / 2);
  const order = [];
  for (let step = 0; order.length < items.length; step += 1) {
    if (middle + step < items.length) order.push(items[middle + step]);
    if (step > 0 && middle - step >= 0) order.push(items[middle - step]);
  }
  return order;
}
