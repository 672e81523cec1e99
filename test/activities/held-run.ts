import { ACTIVITIES } from "../../src/activities";
import type { Services } from "../../src/activities/services";
import type { Fetch } from "../../src/network/fetch";
import type { PageInput, PageOutcome } from "../../src/orchestration/activities";
import { startRun } from "../../src/runs/start-run";
import type { RecordOf, SourceName } from "../../src/model/records";
import { committedPages } from "../../src/store/cursors";
import { SHARDS } from "../../src/model/keys";
import type { World } from "../integration/world";

/** A run that nobody carries: it is planned, and its activities are called by the test, as often and as late as it likes. */
export async function planRun({ services, engine }: World): Promise<string> {
  const nobody = { holder: engine.holder, start: async () => undefined, isGone: async () => false };
  const { runId } = await startRun(services, nobody);
  await ACTIVITIES.plan(services, { runId });
  return runId;
}

/** Calls a source's pages one after another, from where it is asked to, to the source's end. */
export async function collectAll(services: Services, input: PageInput): Promise<PageOutcome[]> {
  const outcomes: PageOutcome[] = [];
  for (let at = input; ;) {
    const outcome = await ACTIVITIES.collectPage(services, at);
    outcomes.push(outcome);
    if (outcome.kind !== "page") return outcomes;
    at = { ...at, epoch: outcome.epoch, page: outcome.page };
  }
}

/** What a judge would read of a source. */
export async function readRecords<S extends SourceName>({ store }: Services, runId: string, source: S): Promise<RecordOf[S][]> {
  const pages = committedPages(await store.cursors.list(runId));
  const shards = await Promise.all(SHARDS.map((shard) => store.records.readShard(runId, shard, pages, [source])));
  return shards.flatMap((found) => (found[source] ?? []) as RecordOf[S][]);
}

/** Services whose next answer from Graph is held back until it is let go; `asked` resolves once Graph has answered. */
export function holdNextAnswer(services: Services): { services: Services; asked: Promise<void>; letGo: () => void } {
  let letGo = () => undefined as void;
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  let tell = () => undefined as void;
  const asked = new Promise<void>((resolve) => (tell = resolve));
  const fetchHeld: Fetch = async (...request) => {
    const response = await services.graph.fetch(...request);
    tell();
    await gate;
    return response;
  };
  return { services: { ...services, graph: { ...services.graph, fetch: fetchHeld } }, asked, letGo };
}
