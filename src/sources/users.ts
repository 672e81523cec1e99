import * as z from "zod";
import { isReportError } from "../errors";
import { readListPage } from "../graph/read-list";
import type { Run } from "../store/runs";
import type { UserRecord } from "./records";
import type { Page, PageContext, Source } from "./source";

const DAY_MS = 86_400_000;
/** The largest page with signInActivity; some tenants take less and answer 400 (graph-facts §8). */
const LARGEST_PAGE = 500;
const SMALLEST_PAGE = 50;
/** 10 requests a minute are allowed; a burst leaves one for whoever else asks (graph-facts §1.1). */
const BURST = 9;
const REST_SECONDS = 61;

const signInActivity = z.object({
  lastSuccessfulSignInDateTime: z.string().nullish(),
  lastSignInDateTime: z.string().nullish(),
  lastNonInteractiveSignInDateTime: z.string().nullish(),
});
const usersPage = z.object({
  value: z.array(z.object({ id: z.string(), signInActivity: signInActivity.nullish() })),
});

/** `link` null: the first page, at this size. `burst`: pages since the last rest. */
interface Position {
  link: string | null;
  size: number;
  burst: number;
}

/**
 * The date is that of the last success where known, else the newer of the two that count attempts too (report.md,
 * "Owners"). Only the state leaves this function: dates are personal.
 */
export function toUser(
  { id, signInActivity: dates }: z.infer<typeof usersPage>["value"][number],
  run: Run,
): UserRecord | undefined {
  const attempts = [dates?.lastSignInDateTime, dates?.lastNonInteractiveSignInDateTime]
    .filter((date): date is string => Boolean(date))
    .toSorted();
  const last = dates?.lastSuccessfulSignInDateTime || attempts.at(-1);
  const time = last ? Date.parse(last) : Number.NaN;
  if (Number.isNaN(time)) return undefined;
  const isStale = Date.parse(run.startedAt) - time > run.thresholds.ownerInactiveDays * DAY_MS;
  return { id, state: isStale ? "stale" : "active" };
}

async function readPage({ client, run, trail }: PageContext, text: string | null): Promise<Page<"users">> {
  const { link, size, burst }: Position =
    text === null ? { link: null, size: LARGEST_PAGE, burst: 0 } : (JSON.parse(text) as Position);
  const rest = burst + 1 >= BURST;
  const following = (position: Omit<Position, "burst">) => ({
    next: JSON.stringify({ ...position, burst: rest ? 0 : burst + 1 }),
    ...(rest ? { waitSeconds: REST_SECONDS } : {}),
  });
  try {
    // Never with the advanced-query headers: sign-ins have come back empty with them (graph-facts §8).
    const url = link ?? `/users?$select=id,signInActivity&$top=${size}`;
    const read = await readListPage(client, url, (json) => usersPage.parse(json), trail);
    const records = read.page.value.map((user) => toUser(user, run)).filter((user) => user !== undefined);
    if (read.next === null) return { records, next: null };
    return { records, trail: read.trail, ...following({ link: read.next, size }) };
  } catch (error) {
    const isTooLarge =
      isReportError(error, "graph-bad-request") && error.status === 400 && link === null && size / 2 >= SMALLEST_PAGE;
    if (!isTooLarge) throw error;
    return { records: [], ...following({ link: null, size: Math.floor(size / 2) }) };
  }
}

/** When people last signed in, for the owners' state. Permissions: AuditLog.Read.All with User.Read.All; Entra ID P1. */
export const users: Source<"users"> = { name: "users", feature: "signIns", phase: 1, readPage };
