/** Files and folders from this computer, by drop or by choice. They are read here and go nowhere. */

async function entries(reader) {
  const all = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function* walk(entry) {
  if (entry.isFile) {
    if (!entry.name.startsWith(".")) yield await new Promise((resolve, reject) => entry.file(resolve, reject));
  } else {
    for (const child of await entries(entry.createReader())) yield* walk(child);
  }
}

async function* walkAll(roots) {
  for (const root of roots) yield* walk(root);
}

/** Calls `take(files)` with what is dropped or chosen: a list, or for folders an async iterable. */
export function listenForFiles({ target, hint, input, take }) {
  let inside = 0;
  const show = (visible) => {
    hint.hidden = !visible;
  };
  const hasFiles = (event) => event.dataTransfer?.types.includes("Files");
  target.addEventListener("dragenter", (event) => {
    if (!hasFiles(event)) return;
    inside += 1;
    show(true);
  });
  target.addEventListener("dragover", (event) => {
    if (hasFiles(event)) event.preventDefault();
  });
  target.addEventListener("dragleave", (event) => {
    if (hasFiles(event) && --inside <= 0) show(false);
  });
  target.addEventListener("drop", (event) => {
    event.preventDefault();
    inside = 0;
    show(false);
    const roots = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    if (roots.some((entry) => entry.isDirectory)) take(walkAll(roots));
    else if (event.dataTransfer.files.length > 0) take([...event.dataTransfer.files]);
  });
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length > 0) take(files);
  });
}
