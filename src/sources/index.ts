import { groups } from "./groups";
import { groupsUsage } from "./groups-usage";
import { owners } from "./owners";
import type { SourceName } from "./records";
import { siteUsage } from "./site-usage";
import type { Source } from "./source";
import { teamsUsage } from "./teams-usage";

/** Every source that can be read. */
export const SOURCES = { groups, owners, groupsUsage, teamsUsage, siteUsage } as const;

export function sourceOf(name: SourceName): Source | undefined {
  return (SOURCES as Partial<Record<SourceName, Source>>)[name];
}
