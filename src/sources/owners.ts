import { type ErrorCode, isReportError } from "../model/errors";
import { follow, NEW_TRAIL, readListPages } from "../graph/read-list";
import { graphPage } from "./graph-items";
import { EXPAND_CAP, OWNER_SELECT, toOwner } from "./graph-owner";
import { readWalkPage } from "./group-by-group";
import type { GroupWalk } from "./walk-page";
import type { OwnersRecord } from "../model/records";
import type { PageContext, Source } from "./source";

const walk: GroupWalk<"owners"> = {
  reads: ["groups"],
  // An $expand gives at most 20 owners, and has been seen to drop some under load (graph.md#groups).
  choose: ({ groups = [] }) =>
    groups
      .filter(({ owners, ownersInParts }) => ownersInParts || owners.length === 0 || owners.length >= EXPAND_CAP)
      .map(({ id }) => id),
  url: (id) => `/groups/${encodeURIComponent(id)}/owners?$select=${OWNER_SELECT}&$top=999`,
  toRecord: async (id, answer, context) =>
    answer.status < 300 ? readOwners(id, answer.body, context) : { id, owners: null, status: answer.status },
  unread: (id) => ({ id, owners: null, status: 0 }),
  requestsPerSecond: 200,
};

/**
 * What one group alone loses by while its list is followed: it went away or is closed to us, or its list leads nowhere.
 * What befalls Graph itself is thrown, and the group is asked for again.
 */
const OWN_LOSS: ErrorCode[] = [
  "graph-not-found",
  "graph-denied",
  "graph-list-endless",
  "graph-untrusted-link",
  "graph-bad-request",
  "graph-page-token-expired",
];

async function readOwners(id: string, body: unknown, { client }: PageContext): Promise<OwnersRecord | undefined> {
  const first = graphPage.safeParse(body);
  if (!first.success) return undefined;
  const owners = [...first.data.value];
  try {
    const { next, trail } = follow(walk.url(id), body, NEW_TRAIL);
    if (next !== null) {
      const pages = readListPages(client, next, (json) => graphPage.parse(json), trail);
      for await (const { value } of pages) owners.push(...value);
    }
  } catch (error) {
    if (isReportError(error, ...OWN_LOSS)) return { id, owners: null, status: error.status ?? 0 };
    throw error;
  }
  return { id, owners: owners.map(toOwner) };
}

/** Owners read again, group by group, where the list gave none or exactly as many as it can. Permission: GroupMember.Read.All. */
export const owners: Source<"owners"> = {
  name: "owners",
  phase: 2,
  readPage: (context, position) => readWalkPage(walk, context, position),
};
