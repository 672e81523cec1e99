import { isGap } from "../report/source-use";
import { RESULTS, type Summary } from "../report/types";

const number = new Intl.NumberFormat("en");

/** The summary in lines for a person. */
export function printSummary(summary: Summary): string[] {
  const { tenant, byResult, sources } = summary;
  const counts = RESULTS.filter((result) => byResult[result] > 0).map((result) => `${result} ${number.format(byResult[result])}`);
  const requests = sources.reduce((sum, source) => sum + source.requests, 0);
  const gaps = sources.filter(({ state }) => isGap(state));
  return [
    "",
    `${tenant.name ?? tenant.id}: ${number.format(summary.groups)} groups (${number.format(summary.teams)} teams, ${number.format(summary.communities)} communities), data of ${summary.dataDate ?? "no known day"}`,
    `Results: ${counts.join(", ") || "none"}`,
    `Without active owner: ${number.format(summary.withoutActiveOwner)}. Storage: ${number.format(summary.storageGB)} GB, of that ${number.format(summary.failStorageGB)} GB in Fail rows.`,
    `${summary.status} in ${summary.seconds} s with ${number.format(requests)} requests to Microsoft Graph.`,
    ...summary.messages,
    ...gaps.map(({ name, state, remedy }) => `Gap: ${name} is ${state}. ${remedy ?? ""}`.trim()),
  ];
}
