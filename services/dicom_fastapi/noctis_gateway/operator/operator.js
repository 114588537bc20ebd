/** The operator's page: asks for the figures every two seconds, and does what the buttons say. */
const EVERY_MS = 2000;
const LIVE = { running: "live", starting: "connecting", draining: "connecting" };

const $ = (id) => document.getElementById(id);
let token = sessionStorage.getItem("noctis-token") ?? "";

class Denied extends Error {}

async function ask(path, { method = "GET", body } = {}) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  const content = await response.json().catch(() => ({}));
  if (response.status === 401 || response.status === 403) throw new Denied(content.detail ?? "denied");
  if (!response.ok) throw new Error(typeof content.detail === "string" ? content.detail : `answer ${response.status}`);
  return content;
}

function chip(element, state, words) {
  element.dataset.state = state;
  element.querySelector("span").textContent = words;
}

function bytes(count) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  return `${(count / 1000 ** power).toFixed(power > 2 ? 1 : 0)} ${units[power]}`;
}

function draw(counts) {
  const most = Math.max(...counts, 1);
  const width = 600 / counts.length;
  const bars = counts.map((count, index) => {
    const bar = document.createElementNS("http://www.w3.org/2000/svg", "rect");
    const height = (count / most) * 118;
    const place = { x: index * width + 1, y: 120 - height, width: width - 2, height };
    for (const [name, value] of Object.entries(place)) bar.setAttribute(name, value);
    return bar;
  });
  $("chart").replaceChildren(...bars);
  $("arrivals-now").textContent = counts.at(-1);
  $("arrivals-hour").textContent = counts.reduce((sum, count) => sum + count, 0);
}

function show({
  receiver,
  receiver_figures: figures,
  outbox,
  storage,
  object_store: inStore,
  arrivals_per_minute: arrivals,
}) {
  const known = receiver.manager !== "none";
  const answers = figures !== null;
  const words = known ? receiver.state : answers ? "running" : "not watched";
  chip($("receiver-state"), LIVE[words] ?? "lost", words);
  const parts = [receiver.listening.join(", "), receiver.pid && `process ${receiver.pid}`];
  if (receiver.restarts) parts.push(`${receiver.restarts} restarts`);
  $("receiver-detail").textContent = parts.filter(Boolean).join(" · ");
  $("actions").hidden = !known;
  draw(arrivals);
  $("associations").textContent = figures?.associations ?? "–";
  $("receiver-outbox").textContent = answers
    ? `${figures.outbox.ready} events wait at the receiver, ${figures.outbox.dead} dead there`
    : "The receiver's status page does not answer.";
  $("waiting").textContent = outbox.ready;
  const since = outbox.oldest ? `, the oldest of ${outbox.oldest.slice(0, 19).replace("T", " ")}` : "";
  $("outbox-detail").textContent = outbox.forwarding ? `${outbox.delivered} delivered${since}` : "Forwarding is off.";
  $("free").textContent = storage ? bytes(storage.free_bytes) : "–";
  $("free-of").textContent = storage
    ? `free of ${bytes(storage.total_bytes)}`
    : inStore
      ? "in an object store"
      : "The storage is not there.";
  const used = storage ? Math.round(100 - (storage.free_bytes / storage.total_bytes) * 100) : 0;
  $("used").setAttribute("aria-valuenow", used);
  $("used").firstElementChild.style.width = `${used}%`;
}

function showDead(letters) {
  $("dead-count").textContent = letters.length || "";
  $("dead").hidden = $("retry-all").hidden = letters.length === 0;
  $("no-dead").hidden = letters.length > 0;
  const rows = letters.map((letter) => {
    const row = document.createElement("tr");
    for (const text of [letter.study_instance_uid, letter.reason, letter.attempts]) {
      row.insertCell().textContent = text;
    }
    const button = document.createElement("button");
    button.className = "button";
    button.textContent = "Retry";
    button.addEventListener("click", () => void retry({ sequences: [letter.sequence] }));
    row.insertCell().append(button);
    return row;
  });
  $("dead").tBodies[0].replaceChildren(...rows);
}

async function refresh() {
  try {
    const [stats, letters] = await Promise.all([ask("/stats"), ask("/control/dead-letters")]);
    show(stats);
    showDead(letters.dead_letters);
    if (stats.receiver.manager !== "none") {
      const canary = await ask("/control/receiver/canary").catch(() => undefined);
      $("canary").disabled = canary === undefined;
      $("canary").setAttribute("aria-pressed", String(canary?.on ?? false));
      $("canary").title = canary?.on ? "Take objects as they are" : "Take everything as a test";
      $("canary-note").textContent = canary?.on
        ? `Taken as tests: what comes from or goes to ${canary.titles.join(", ")}`
        : "";
    }
    $("login").hidden = true;
    $("main").hidden = false;
    chip($("connection"), "live", "Live");
  } catch (error) {
    if (error instanceof Denied) {
      $("main").hidden = true;
      $("login").hidden = false;
      $("login-problem").textContent = token ? error.message : "";
    }
    chip($("connection"), "lost", error instanceof Denied ? "Not logged in" : "No answer");
  }
}

/** Does something, says what went wrong, and looks again. */
async function attempt(work) {
  $("problem").textContent = "";
  try {
    await work();
  } catch (error) {
    $("problem").textContent = error.message;
  }
  await refresh();
}

function retry(selection) {
  return attempt(() => ask("/control/dead-letters/retry", { method: "POST", body: selection }));
}

$("login").addEventListener("submit", (event) => {
  event.preventDefault();
  token = $("token").value.trim();
  sessionStorage.setItem("noctis-token", token);
  void refresh();
});
$("actions").addEventListener("click", ({ target }) => {
  const { action } = target.dataset;
  if (action) void attempt(() => ask(`/control/receiver/${action}`, { method: "POST" }));
});
$("canary").addEventListener("click", () => {
  const on = $("canary").getAttribute("aria-pressed") !== "true";
  void attempt(() => ask("/control/receiver/canary", { method: "PUT", body: { on } }));
});
$("retry-all").addEventListener("click", () => void retry({}));

void refresh();
setInterval(() => {
  if (document.visibilityState === "visible") void refresh();
}, EVERY_MS);
