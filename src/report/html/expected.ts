import type { PageFacts } from "./page-data";

const DAY_MS = 86_400_000;

/** Days since 1970-01-01. */
export function dayNumber(iso: string): number {
  return Date.parse(iso.slice(0, 10)) / DAY_MS;
}

/** Columns that nearly follow from others: the file holds only by how much they differ from what is expected. */
export const EXPECTED_KEYS = ["renewed", "lastActivity", "daysInactive", "ageDays"] as const;
export type ExpectedKey = (typeof EXPECTED_KEYS)[number];

/** Days by number; null for what is not known. */
export interface Known {
  created: number | null;
  lastActivity: number | null;
  lastActivitySource: string | null;
  teamLastActivity: number | null;
  siteLastActivity: number | null;
  groupLastActivity: number | null;
}

/** What a column would be if nothing but the columns before it were known; a wrong guess costs a few bytes and nothing else. */
export function createExpectations({
  sources,
  startedAt,
}: Pick<PageFacts, "sources" | "startedAt">): (key: ExpectedKey, known: Known) => number {
  const start = dayNumber(startedAt);
  const dataDay = (name: string) => dayNumber(sources.find((source) => source.name === name)?.dataDate ?? startedAt);
  const ends: Record<string, number> = {
    Teams: dataDay("teamsUsage"),
    SharePoint: dataDay("siteUsage"),
    Group: dataDay("groupsUsage"),
  };
  return (key, known) => {
    switch (key) {
      case "renewed":
        return known.created ?? 0;
      case "ageDays":
        return start - (known.created ?? 0);
      case "lastActivity": {
        const bySource = { Teams: known.teamLastActivity, SharePoint: known.siteLastActivity, Group: known.groupLastActivity };
        return bySource[known.lastActivitySource as keyof typeof bySource] ?? 0;
      }
      case "daysInactive":
        return (ends[known.lastActivitySource ?? ""] ?? 0) - (known.lastActivity ?? 0);
    }
  };
}
