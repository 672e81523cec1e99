import { publishHtml } from "../../src/activities/publish-html";
import type { RunPlan } from "../../src/model/run";
import { judgedOf } from "../report/html-report";
import { facts, lastSeen, rowOf } from "../verdict/facts";
import { streamed, summaryOf, textOf } from "../report/reports";
import { type AzuriteStore, openStore } from "../store/azurite-store";

/** The HTML report out of a real store: what is read beside its rows. */
let azurite: AzuriteStore;
const rows = [rowOf(facts()), rowOf(lastSeen(facts(), 400))];
const summary = summaryOf(rows, {}, { runId: "20261122T020000Z-cccccc" });
const byResult = { ...summary.byResult, Pass: 7, Fail: 0 };

beforeAll(async () => {
  azurite = await openStore();
  const { runs } = azurite.store;
  const plan = (tenantId: string): RunPlan => ({
    features: [],
    thresholds: summary.thresholds,
    deadline: "2026-11-22T08:00:00Z",
    previousRunId: null,
    tenantId,
  });
  const add = async (runId: string, tenantId: string, isPublished = true) => {
    const startedAt = `2026-11-${runId.slice(6, 8)}T02:00:00Z`;
    await runs.insert(runId, startedAt, plan(tenantId));
    await runs.end(
      runId,
      isPublished ? "Completed" : "Failed",
      startedAt,
      isPublished ? { figures: { groups: 7, byResult } } : {},
    );
  };
  await add("20261120T020000Z-aaaaaa", summary.tenant.id);
  await add("20261121T010000Z-bbbbbb", "another tenant");
  await add("20261121T020000Z-bbbbbb", summary.tenant.id, false);
  await add("20261123T020000Z-dddddd", summary.tenant.id);
  await azurite.store.files.writeShard(summary.runId, "0", rows.map(judgedOf));
});
afterAll(() => azurite?.stop());

test("the trend holds the tenant's published runs before this one: none that failed, of another tenant, or later", async () => {
  const html = await textOf(publishHtml(azurite.store, summary, streamed(rows.map(judgedOf))));
  expect(html).toContain("Groups by result in the last 2 published runs.");
  expect(html).toMatch(/>Pass<\/a><\/th><td class="figure">1<\/td><td class="figure">−6<\/td>/);
});

test("the first screen's charts are counted from the shards of the run", async () => {
  const html = await textOf(publishHtml(azurite.store, summary, streamed(rows.map(judgedOf))));
  expect(html).toContain('<span class="name">Candidates</span><b>1</b>');
  expect(html).toMatch(/href="#view=groups&amp;kind=Group&amp;result=Fail">1<\/a>/);
});
