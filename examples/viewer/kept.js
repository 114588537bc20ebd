/** Annotations outlive a reload of the page. They stay in this tab, and nothing of them leaves the computer. */

const KEY = "noctis.annotations";

/** For the option `onAnnotationsChanged`. */
export function keep(set) {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(set));
  } catch {
    // Full, or not allowed: they last as long as the page.
  }
}

/** Gives the viewer what was kept. */
export async function restore(viewer) {
  const kept = sessionStorage.getItem(KEY);
  if (!kept) return;
  try {
    await viewer.importAnnotations(kept);
  } catch {
    sessionStorage.removeItem(KEY);
  }
}
