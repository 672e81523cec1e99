import { countFigures } from "../report/html/count-figures";
import { TREND_LENGTH, type TrendPoint } from "../report/html/trend";
import type { JudgedGroup, Summary } from "../model/report";
import { writeHtml } from "../report/write-html";
import type { Store } from "../store";
import { SHARDS } from "../model/keys";

/** The HTML report: the shards are read once for the figures of its first screen, and once more for its rows. */
export async function* publishHtml(store: Store, summary: Summary, groups: AsyncIterable<JudgedGroup>): AsyncGenerator<string> {
  const counter = countFigures(summary);
  for (const shard of SHARDS) {
    for await (const judged of store.files.readShard(summary.runId, shard)) counter.add(judged);
  }
  yield* writeHtml(summary, { figures: counter.figures(), trend: await readTrend(store, summary) }, groups);
}

/** The tenant's published runs until this one, which is not published yet. */
async function readTrend(store: Store, summary: Summary): Promise<TrendPoint[]> {
  const { runId, startedAt, groups, byResult, tenant } = summary;
  const earlier = (await store.runs.list())
    .filter((run) => run.runId < runId && run.figures !== null && (run.tenantId ?? "") === tenant.id)
    .slice(0, TREND_LENGTH - 1)
    .map((run): TrendPoint => ({
      runId: run.runId,
      startedAt: run.startedAt,
      ...(run.figures as Pick<TrendPoint, "groups" | "byResult">),
    }));
  return [...earlier.toReversed(), { runId, startedAt, groups, byResult }];
}
