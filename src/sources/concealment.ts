import * as z from "zod";
import { isReportError } from "../model/errors";
import type { GraphClient } from "../graph/client";
import type { RecordOf, UsageRecord } from "../model/records";
import type { Page, PageContext } from "./source";
import { readUsageReport } from "./usage-csv";
import type { UsageSpec } from "./usage-spec";

const entity = z.object({ displayConcealedNames: z.boolean() });
/** The documentation's sample wraps the entity in `value`, the schema does not (graph.md#concealed-names). */
const reportSettings = z.union([entity, z.object({ value: entity }).transform(({ value }) => value)]);

/** Does the tenant's setting hide names now? Undefined where it may not be read (ReportSettings.Read.All), or is not there. */
export async function readConcealment(client: GraphClient): Promise<boolean | undefined> {
  try {
    return (await client.getJson("/admin/reportSettings", (json) => reportSettings.parse(json))).displayConcealedNames;
  } catch (error) {
    if (isReportError(error, "graph-denied", "graph-not-found", "graph-bad-request", "graph-unavailable")) return undefined;
    throw error;
  }
}

/** The one page of a usage report. Concealed rows join to nothing and are not kept; the setting is read, never changed. */
export async function readUsagePage<S extends "groupsUsage" | "teamsUsage" | "siteUsage">(
  context: PageContext,
  spec: UsageSpec<UsageRecord & RecordOf[S]>,
): Promise<Page<S>> {
  const { rowsRead, notUnderstood, isUntold, listsIdle, dataDate, isConcealed, faults } = await readUsageReport(
    { ...context, startedAt: context.run.startedAt },
    spec,
  );
  const page = { records: [], next: null, rowsRead, dataDate };
  if (!isConcealed) {
    const found = { notUnderstood, isUntold, listsIdle };
    return faults.length === 0 ? { ...page, ...found } : { ...page, ...found, state: "partial", message: faults.join(" ") };
  }
  context.discard();
  const isOn = await readConcealment(context.client);
  const message =
    isOn === undefined
      ? "The report hides names and ids."
      : isOn
        ? "The setting hides names now (displayConcealedNames is true)."
        : "The setting has been changed: names are to be shown from now on, so run again in some minutes, or tomorrow.";
  return { ...page, state: "concealed", message };
}
