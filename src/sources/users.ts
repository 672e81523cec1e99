import { isReportError } from "../model/errors";
import { readListPage } from "../graph/read-list";
import type { Run } from "../model/run";
import { fieldsOf, graphPage } from "./graph-items";
import type { UserRecord } from "../model/records";
import type { Page, PageContext, Source } from "./source";
import { latestDay, orNull, readSignIn, readText } from "../model/understood";

const DAY_MS = 86_400_000;
/** The largest page with signInActivity; some tenants take less and answer 400 (graph.md#sign-ins). */
const LARGEST_PAGE = 500;
const SMALLEST_PAGE = 50;
/** 10 requests a minute are allowed; a burst leaves one for whoever else asks (graph.md#throttling-limits). */
const BURST = 9;
const REST_SECONDS = 61;

/** `link` null: the first page, at this size. `burst`: pages since the last rest. */
interface Position {
  link: string | null;
  size: number;
  burst: number;
}

/**
 * The date is that of the last success where there is one, else the newer of the two that count attempts too
 * (docs/report.md, "Owners"). A date that was not understood proves nothing: it makes nobody stale. Only the state leaves
 * this function: dates are personal. Undefined where nothing is known.
 */
export function toUser(item: unknown, run: Pick<Run, "startedAt" | "thresholds">): UserRecord | undefined {
  const fields = fieldsOf(item) ?? {};
  const id = orNull(readText(fields["id"]))?.toLowerCase();
  const dates = fieldsOf(fields["signInActivity"]) ?? {};
  const latest = latestDay(run.startedAt);
  const read = (name: string) => readSignIn(dates[name], latest);
  const success = read("lastSuccessfulSignInDateTime");
  const readings = success.kind === "blank" ? [read("lastSignInDateTime"), read("lastNonInteractiveSignInDateTime")] : [success];
  const known = readings.map(orNull).filter((moment) => moment !== null);
  if (id === undefined || known.length === 0) return undefined;
  const last = Math.max(...known.map(({ time }) => time));
  const isStale = Date.parse(run.startedAt) - last > run.thresholds.ownerInactiveDays * DAY_MS;
  if (isStale && readings.some(({ kind }) => kind === "unclear")) return undefined;
  return { id, state: isStale ? "stale" : "active" };
}

const isReadable = (item: unknown) => orNull(readText(fieldsOf(item)?.["id"])) !== null;

async function readPage({ client, run, trail }: PageContext, text: string | null): Promise<Page<"users">> {
  const { link, size, burst }: Position =
    text === null ? { link: null, size: LARGEST_PAGE, burst: 0 } : (JSON.parse(text) as Position);
  const rest = burst + 1 >= BURST;
  const following = (position: Omit<Position, "burst">) => ({
    next: JSON.stringify({ ...position, burst: rest ? 0 : burst + 1 }),
    ...(rest ? { waitSeconds: REST_SECONDS } : {}),
  });
  try {
    // Never with the advanced-query headers: sign-ins have come back empty with them (graph.md#sign-ins).
    const url = link ?? `/users?$select=id,signInActivity&$top=${size}`;
    const read = await readListPage(client, url, (json) => graphPage.parse(json), trail);
    const records = read.page.value.map((user) => toUser(user, run)).filter((user) => user !== undefined);
    const notUnderstood = read.page.value.filter((item) => !isReadable(item)).length;
    if (read.next === null) return { records, next: null, notUnderstood };
    return { records, notUnderstood, trail: read.trail, ...following({ link: read.next, size }) };
  } catch (error) {
    const isTooLarge =
      isReportError(error, "graph-bad-request") && error.status === 400 && link === null && size / 2 >= SMALLEST_PAGE;
    if (!isTooLarge) throw error;
    return { records: [], ...following({ link: null, size: Math.floor(size / 2) }) };
  }
}

/** When people last signed in, for the owners' state. Permissions: AuditLog.Read.All with User.Read.All; Entra ID P1. */
export const users: Source<"users"> = { name: "users", feature: "signIns", phase: 1, readPage };
