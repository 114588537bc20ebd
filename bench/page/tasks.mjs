/** Tasks of a page's main thread, as the browser traces them: how long they last, and how much of a processor they take meanwhile. */

const TASK = "ThreadControllerImpl::RunTask";

/** Traces while `act` runs; gives what it gave, and `{ wall, cpu }` of each task, milliseconds. */
export async function traced(session, act) {
  const events = [];
  const collect = ({ value }) => events.push(...value);
  session.on("Tracing.dataCollected", collect);
  await session.send("Tracing.start", {
    traceConfig: { includedCategories: ["toplevel"], excludedCategories: ["*"] },
    transferMode: "ReportEvents",
  });
  const given = await act();
  const complete = new Promise((done) => session.once("Tracing.tracingComplete", done));
  await session.send("Tracing.end");
  await complete;
  session.off("Tracing.dataCollected", collect);
  const threadOf = ({ pid, tid }) => `${pid}:${tid}`;
  const named = events.filter(({ name, args }) => name === "thread_name" && args.name === "CrRendererMain");
  const mains = new Set(named.map(threadOf));
  const tasks = events
    .filter((event) => event.name === TASK && mains.has(threadOf(event)))
    .map(({ dur = 0, tdur = 0 }) => ({ wall: dur / 1000, cpu: tdur / 1000 }));
  return { given, tasks };
}
