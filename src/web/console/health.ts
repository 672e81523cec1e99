import { ask, CallError } from "./call";
import { element } from "./element";
import { since } from "./format";

/** What GET /api/health says to everybody; to who has the key it says more. */
export interface Health {
  status: string;
  version?: string;
  lastPublished: { finishedAt: string; ageHours: number } | null;
}

/** The health, also if it is none: the page goes on to show what there is. */
export async function askHealth(): Promise<Health> {
  try {
    return await ask<Health>("health");
  } catch (error) {
    if (error instanceof CallError && error.status === 503) return { status: error.message, lastPublished: null };
    throw error;
  }
}

/** A nightly run and two hours: the same limit as the alert's (docs/operations.md). */
const OLD_HOURS = 26;

/** Is the app well, and is its newest report of today? */
export function healthLine({ status, version, lastPublished }: Health): HTMLElement {
  if (status !== "ok") return element("p", { class: "notice health" }, status);
  const well = "The app is well and reads its storage.";
  const named = version === undefined ? "" : ` Version ${version}.`;
  if (lastPublished && lastPublished.ageHours > OLD_HOURS)
    return element(
      "p",
      { class: "notice" },
      `${well} But its newest report was published ${since(lastPublished.finishedAt)}. In Azure a run starts every night: the table of runs, or the app's log, says what has become of it.`,
    );
  const published = lastPublished ? ` It last published a report ${since(lastPublished.finishedAt)}.` : "";
  return element("p", { class: "soft health" }, `${well}${published}${named}`);
}
