import { groups } from "./groups";
import { groupsUsage } from "./groups-usage";
import { owners } from "./owners";
import type { SourceName } from "../model/records";
import { siteUsage } from "./site-usage";
import type { Source } from "./source";
import { sites } from "./sites";
import { teams } from "./teams";
import { teamsUsage } from "./teams-usage";
import { users } from "./users";

/** Every source. */
export const SOURCES = { groups, owners, groupsUsage, teamsUsage, siteUsage, users, teams, sites } as const;

export function sourceOf(name: SourceName): Source | undefined {
  return (SOURCES as Partial<Record<SourceName, Source>>)[name];
}
