import { figure, figureOr, NOT_KNOWN } from "../verdict/figure";
import { figureNote, seenFigure, unjudgedNote } from "../verdict/figure-words";
import { movesInWords } from "../verdict/moves";
import { gapsIn } from "../verdict/remedies";
import { type FigureName, RESULTS, type Summary } from "../model/report";

/** The summary in lines for a person. */
export function printSummary(summary: Summary): string[] {
  const { tenant, byResult, sources, communities } = summary;
  const unjudged = unjudgedNote(byResult.Fail, summary);
  const counts = RESULTS.filter((result) => byResult[result] !== 0 || (result === "Fail" && unjudged !== null)).map(
    (result) => `${result} ${result === "Fail" ? seenFigure(byResult[result], unjudged) : figureOr(byResult[result])}`,
  );
  const requests = sources.reduce((sum, source) => sum + source.requests, 0);
  /** A figure with what of it is not known. */
  const told = (name: FigureName, text: string) => {
    const note = figureNote(summary, name);
    return note === null ? text : `${text} (${note})`;
  };
  const moves = movesInWords(summary.moves);
  const kinds = communities === null ? told("communities", `communities ${NOT_KNOWN}`) : `${figure(communities)} communities`;
  return [
    "",
    `${tenant.name ?? tenant.id}: ${figureOr(summary.groups)} groups (${figureOr(summary.teams)} teams, ${kinds}), data of ${summary.dataDate ?? "no known day"}`,
    `Results: ${counts.join(", ") || "none"}${unjudged === null ? "" : `. ${unjudged}`}`,
    ...(moves === undefined ? [] : [moves]),
    `Without active owner: ${told("withoutActiveOwner", figureOr(summary.withoutActiveOwner))}. Guest memberships: ${told("guestMemberships", figureOr(summary.guestMemberships))}.`,
    `Storage: ${told("storageGB", figureOr(summary.storageGB, " GB"))}, of that in Fail rows: ${told("failStorageGB", figureOr(summary.failStorageGB, " GB"))}.`,
    `${summary.status} in ${summary.seconds} s with ${figure(requests)} requests to Microsoft Graph.`,
    ...summary.messages,
    ...gapsIn(summary).map(({ title, remedy }) => `Gap: ${title}. ${remedy}`.trim()),
  ];
}
