import { isReportError } from "../errors";
import { graphPage } from "./graph-items";
import { EXPAND_CAP, OWNER_SELECT, toOwner } from "./graph-owner";
import { type GroupWalk, readWalkPage } from "./group-by-group";
import type { OwnersRecord } from "./records";
import type { PageContext, Source } from "./source";

const walk: GroupWalk<"owners"> = {
  reads: ["groups"],
  // An $expand gives at most 20 owners, and has been seen to drop some under load (graph-facts §2).
  choose: ({ groups = [] }) =>
    groups
      .filter(({ owners, ownersInParts }) => ownersInParts || owners.length === 0 || owners.length >= EXPAND_CAP)
      .map(({ id }) => id),
  url: (id) => `/groups/${encodeURIComponent(id)}/owners?$select=${OWNER_SELECT}&$top=999`,
  toRecord: async (id, answer, context) =>
    answer.status === 200 ? readOwners(id, answer.body, context) : { id, owners: null, status: answer.status },
  unread: (id) => ({ id, owners: null, status: 0 }),
  requestsPerSecond: 200,
};

async function readOwners(id: string, body: unknown, { client }: PageContext): Promise<OwnersRecord> {
  const first = graphPage.safeParse(body);
  if (!first.success) return { id, owners: null, status: 0 };
  const owners = [...first.data.value];
  for (let link = first.data["@odata.nextLink"]; link !== undefined;) {
    try {
      const page = await client.getJson(link, (json) => graphPage.parse(json));
      owners.push(...page.value);
      link = page["@odata.nextLink"];
    } catch (error) {
      // The group went away meanwhile, or is closed to us: its own loss, as in the batch.
      if (isReportError(error, "graph-not-found", "graph-denied")) return { id, owners: null, status: error.status ?? 0 };
      throw error;
    }
  }
  return { id, owners: owners.map(toOwner) };
}

/** Owners read again, group by group, where the list gave none or exactly as many as it can. Permission: GroupMember.Read.All. */
export const owners: Source<"owners"> = {
  name: "owners",
  phase: 2,
  readPage: (context, position) => readWalkPage(walk, context, position),
};
