/** What the gateway offers: the study list, the objects of a study, and an event for each object that arrives. */

async function getJson(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response.json();
}

/** `{ wasm_version, thumbnails }`: whether the gateway draws small pictures. */
export function pageConfig() {
  return getJson("/page-config.json");
}

/** All studies, newest first. */
export async function listStudies() {
  return (await getJson("/studies")).studies;
}

/** The series of a study. */
export async function listSeries(study) {
  return (await getJson(`/studies/${study}/series`)).series;
}

/** The objects of a series, each with the `url` of its bytes. */
export async function listInstances(study, series) {
  return (await getJson(`/studies/${study}/series/${series}/instances`)).instances;
}

/** The address of a small picture of a study, or of one of its series. */
export function thumbnailUrl(study, series, { width, height }) {
  const below = series === undefined ? "" : `/series/${series}`;
  return `/dicomweb/studies/${study}${below}/thumbnail?viewport=${width},${height}`;
}

/**
 * Calls `stored(row)` for each object that arrives from now on, and `state("live" | "connecting" | "lost")`.
 * The browser reconnects by itself and resumes after the last event that it saw; it gives up when the answer is no
 * event stream (a restarting proxy, for instance), and then this tries again.
 */
export function subscribe({ stored, state }) {
  let source;
  let last;
  const connect = () => {
    source = new EventSource(last === undefined ? "/events" : `/events?after=${last}`);
    source.addEventListener("open", () => state("live"));
    source.addEventListener("position", (event) => {
      last = event.lastEventId;
    });
    source.addEventListener("instance.stored", (event) => {
      last = event.lastEventId;
      stored(JSON.parse(event.data));
    });
    source.addEventListener("error", () => {
      state("lost");
      if (source.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
    });
  };
  state("connecting");
  connect();
  return () => source.close();
}
