import type { SourceName } from "../../model/records";
import { lostSources, VERDICT_SOURCES } from "../../verdict/figure-words";
import { FIGURE_RULES } from "../../verdict/figures";
import { statesOf } from "../../verdict/source-use";
import type { FigureName } from "../../model/report";
import type { Data } from "./data";
import type { FacetKey, ViewState } from "./view-state";

const REPORTS: readonly SourceName[] = ["groupsUsage", "siteUsage", "teamsUsage"];
const NONE = "none";

/** What has to be read for a group to be seen under an option of a filter. */
function sourcesOf(key: FacetKey, code: string): readonly SourceName[] {
  switch (key) {
    case "result":
      return code === "Archived" ? ["teams"] : code === "New" || code === "Unknown" ? [] : VERDICT_SOURCES;
    case "kind":
      return code === "Community" ? FIGURE_RULES.communities.sources : [];
    case "warning":
    case "note":
      return code === NONE ? [] : (FIGURE_RULES[code as FigureName]?.sources ?? []);
    case "ownerState":
      return code === "unknown" ? [] : code === "none" ? ["owners"] : ["owners", "users"];
    case "inactive":
      return code === NONE ? [] : REPORTS;
    case "guests":
      return code === NONE ? [] : FIGURE_RULES.guestMemberships.sources;
    default:
      return [];
  }
}

/** Why nobody can say that there is no group under an option; empty where all was read. */
export function lostUnder(data: Data, key: FacetKey, code: string): string {
  return lostSources(sourcesOf(key, code), statesOf(data.facts.sources));
}

/** Why nobody can say that an empty view is empty. */
export function lostInView({ facts }: Data, { view, filters }: ViewState): string {
  const asked = (Object.entries(filters) as [FacetKey, string[]][]).flatMap(([key, codes]) =>
    codes.flatMap((code) => sourcesOf(key, code)),
  );
  const names = new Set([...(view === "candidates" ? VERDICT_SOURCES : []), ...asked]);
  return lostSources([...names], statesOf(facts.sources));
}
