import * as z from "zod";
import type { GraphClient } from "../graph/client";
import { readListPage } from "../graph/read-list";
import { assessGroupsList } from "../report/assess";
import { SHARDS } from "../store/keys";
import { graphOwner, OWNER_SELECT, toOwner } from "./graph-owner";
import type { Blocker, GroupRecord } from "./records";
import type { Page, PageContext, Source } from "./source";

const UNIFIED = "groupTypes/any(c:c eq 'Unified')";
const SELECT = [
  "id,displayName,mail,proxyAddresses,description,visibility,groupTypes,resourceProvisioningOptions",
  "createdDateTime,renewedDateTime,expirationDateTime,assignedLabels",
  "assignedLicenses,isAssignableToRole,onPremisesSyncEnabled,isManagementRestricted,securityEnabled",
].join(",");
/** A plain query: `$expand` does not work in advanced ones, so no ConsistencyLevel header goes with it (graph-facts §2). */
const FIRST_PAGE = `/groups?$filter=${encodeURIComponent(UNIFIED)}&$select=${SELECT}&$expand=owners($select=${OWNER_SELECT})&$top=999`;
const COUNT = `/groups/$count?$filter=${encodeURIComponent(UNIFIED)}`;

const graphGroup = z.object({
  id: z.string().min(1),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  proxyAddresses: z.array(z.string()).nullish(),
  description: z.string().nullish(),
  visibility: z.string().nullish(),
  groupTypes: z.array(z.string()).nullish(),
  resourceProvisioningOptions: z.array(z.string()).nullish(),
  createdDateTime: z.string().nullish(),
  renewedDateTime: z.string().nullish(),
  expirationDateTime: z.string().nullish(),
  assignedLabels: z.array(z.object({ labelId: z.string().nullish(), displayName: z.string().nullish() })).nullish(),
  assignedLicenses: z.array(z.unknown()).nullish(),
  isAssignableToRole: z.boolean().nullish(),
  onPremisesSyncEnabled: z.boolean().nullish(),
  isManagementRestricted: z.boolean().nullish(),
  securityEnabled: z.boolean().nullish(),
  owners: z.array(graphOwner).nullish(),
});
const graphPage = z.object({ value: z.array(graphGroup) });

type GraphGroup = z.infer<typeof graphGroup>;

function toBlockers(group: GraphGroup): Blocker[] {
  const blockers: Blocker[] = [];
  if (group.assignedLicenses?.length) blockers.push("licences");
  if (group.isAssignableToRole) blockers.push("role");
  if (group.onPremisesSyncEnabled) blockers.push("synced");
  if (group.isManagementRestricted) blockers.push("restricted");
  if (group.securityEnabled) blockers.push("security");
  return blockers;
}

function toAddresses(group: GraphGroup): string[] {
  const smtp = (group.proxyAddresses ?? []).filter((address) => /^smtp:/i.test(address)).map((address) => address.slice(5));
  return [...new Set([...(group.mail ? [group.mail] : []), ...smtp].map((address) => address.toLowerCase()))];
}

function toGroup(group: GraphGroup): GroupRecord {
  return {
    id: group.id.toLowerCase(),
    displayName: group.displayName ?? null,
    mail: group.mail ?? null,
    addresses: toAddresses(group),
    description: group.description ?? null,
    visibility: group.visibility ?? null,
    membership: group.groupTypes?.includes("DynamicMembership") ? "Dynamic" : "Assigned",
    isTeam: group.resourceProvisioningOptions?.includes("Team") ?? false,
    labels: (group.assignedLabels ?? []).map((label) => label.displayName || label.labelId || "").filter((label) => label !== ""),
    createdDateTime: group.createdDateTime ?? null,
    renewedDateTime: group.renewedDateTime ?? null,
    expirationDateTime: group.expirationDateTime ?? null,
    blockers: toBlockers(group),
    owners: (group.owners ?? []).map(toOwner),
  };
}

/** `before`: the count before the first page. `link`: the next page; null when only the check is left. */
interface Position {
  before: number;
  link: string | null;
}

function countGroups(client: GraphClient): Promise<number> {
  return client.send({ url: COUNT, headers: { ConsistencyLevel: "eventual", accept: "text/plain" } }, ({ text }) =>
    z.coerce
      .number()
      .int()
      .min(0)
      .parse(text.replace(/^\uFEFF/, "").trim() || undefined),
  );
}

async function readPage(context: PageContext, text: string | null): Promise<Page<"groups">> {
  const { client } = context;
  const position: Position =
    text === null ? { before: await countGroups(client), link: FIRST_PAGE } : (JSON.parse(text) as Position);
  if (position.link === null) return check(context, position.before);
  const limits = { items: 2 * position.before + 1000 };
  const {
    page,
    next: link,
    trail,
  } = await readListPage(client, position.link, (json) => graphPage.parse(json), context.trail, limits);
  const next: Position = { before: position.before, link };
  // Should the filter ever be ignored: what says that it is no Microsoft 365 group is none.
  const unified = page.value.filter((group) => !group.groupTypes || group.groupTypes.includes("Unified"));
  return { records: unified.map(toGroup), next: JSON.stringify(next), trail, expected: position.before };
}

/**
 * A list that ends early says nothing: it is held against `$count` before and after. Outside their range by more than
 * 0.5 % and more than two groups, it is failed (report.md, "Sources and their states").
 */
async function check(context: PageContext, before: number): Promise<Page<"groups">> {
  const after = await countGroups(context.client);
  let listed = 0;
  for (const shard of SHARDS) {
    const { groups = [] } = await context.readShard(shard, ["groups"]);
    listed += new Set(groups.map(({ id }) => id)).size;
  }
  if (assessGroupsList(listed, before, after) === "complete") return { records: [], next: null };
  const counted = before === after ? String(before) : `${Math.min(before, after)} to ${Math.max(before, after)}`;
  return {
    records: [],
    next: null,
    state: "failed",
    message: `Graph listed ${listed} groups, but counts ${counted}: the list is not whole. Run again.`,
  };
}

/** Every Microsoft 365 group with its owners, a thousand a page (graph-facts §2). Permission: GroupMember.Read.All. */
export const groups: Source<"groups"> = { name: "groups", phase: 1, readPage };
