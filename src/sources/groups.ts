import * as z from "zod";
import type { GraphClient } from "../graph/client";
import { readListPage } from "../graph/read-list";

import { SHARDS } from "../model/keys";
import { type Fields, fieldsOf, graphPage, textsOf } from "./graph-items";
import { OWNER_SELECT, toOwner } from "./graph-owner";
import type { Blocker, GroupRecord } from "../model/records";
import type { Page, PageContext, Source } from "./source";
import { type Day, LAST_DAY, latestDay, orNull, readGuid, readMoment, readText } from "../model/understood";

const UNIFIED = "groupTypes/any(c:c eq 'Unified')";
const SELECT = [
  "id,displayName,mail,proxyAddresses,description,visibility,groupTypes,resourceProvisioningOptions",
  "createdDateTime,renewedDateTime,expirationDateTime,assignedLabels",
  "assignedLicenses,isAssignableToRole,onPremisesSyncEnabled,isManagementRestricted,securityEnabled",
].join(",");
/** A plain query: `$expand` does not work in advanced ones, so no ConsistencyLevel header goes with it (graph.md#groups). */
const FIRST_PAGE = `/groups?$filter=${encodeURIComponent(UNIFIED)}&$select=${SELECT}&$expand=owners($select=${OWNER_SELECT})&$top=999`;
const COUNT = `/groups/$count?$filter=${encodeURIComponent(UNIFIED)}`;

const textOf = (value: unknown): string | null => (value === "" ? "" : orNull(readText(value)));

/** What stands there and is no clear no is looked at before anything is deleted. */
const isSet = (value: unknown) => value !== false && value !== null && value !== undefined;

function toBlockers(group: Fields): Blocker[] {
  const licences = group["assignedLicenses"];
  const blockers: Blocker[] = [];
  if (Array.isArray(licences) ? licences.length > 0 : isSet(licences)) blockers.push("licences");
  if (isSet(group["isAssignableToRole"])) blockers.push("role");
  if (isSet(group["onPremisesSyncEnabled"])) blockers.push("synced");
  if (isSet(group["isManagementRestricted"])) blockers.push("restricted");
  if (isSet(group["securityEnabled"])) blockers.push("security");
  return blockers;
}

function toAddresses(group: Fields): Pick<GroupRecord, "mail" | "addresses" | "hasUnreadAddress"> {
  const mail = readText(group["mail"]);
  const { texts, isWhole } = textsOf(group["proxyAddresses"]);
  const smtp = texts.filter((address) => /^smtp:/i.test(address)).map((address) => address.slice(5));
  const own = orNull(mail);
  const addresses = [...new Set([...(own === null ? [] : [own]), ...smtp].map((address) => address.toLowerCase()))];
  return { mail: own, addresses, ...(isWhole && mail.kind !== "unclear" ? {} : { hasUnreadAddress: true }) };
}

/** The label's name, or its id; what can't be read is none. */
function toLabels(value: unknown): string[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((label) => {
    const fields = fieldsOf(label);
    const name = textOf(fields?.["displayName"]) || textOf(fields?.["labelId"]);
    return name ? [name] : [];
  });
}

function toOwners(group: Fields): Pick<GroupRecord, "owners" | "ownersInParts"> {
  const listed = group["owners"];
  const owners = (Array.isArray(listed) ? listed : []).map(toOwner);
  const rest = group["owners@odata.nextLink"];
  const isWhole = (rest === undefined || rest === null || rest === "") && owners.every(({ id }) => id !== "");
  return { owners, ...(isWhole ? {} : { ownersInParts: true }) };
}

function isTeam(value: unknown): boolean | null {
  const { texts, isWhole } = textsOf(value);
  return texts.includes("Team") || (isWhole ? false : null);
}

/** As Graph gives it, unless its time of day was not understood. */
function toDateTime(value: unknown, latest: Day): string | null {
  const moment = orNull(readMoment(value, latest));
  if (moment === null) return null;
  const text = String(value).trim();
  return Date.parse(text) === moment.time ? text : new Date(moment.time).toISOString();
}

const mayBeHidden = (value: unknown) =>
  value !== undefined && !(typeof value === "string" && /^(?:public|private)$/i.test(value));

/** Undefined where nobody can say which group it is. What else can't be read is not known, of this group alone. */
export function toGroup(item: unknown, startedAt: string): GroupRecord | undefined {
  const group = fieldsOf(item) ?? {};
  const id = orNull(readGuid(group["id"]));
  if (id === null) return undefined;
  const latest = latestDay(startedAt);
  return {
    id,
    displayName: textOf(group["displayName"]),
    ...toAddresses(group),
    description: textOf(group["description"]),
    visibility: textOf(group["visibility"]),
    ...(mayBeHidden(group["visibility"]) ? { mayBeHidden: true } : {}),
    membership: textsOf(group["groupTypes"]).texts.includes("DynamicMembership") ? "Dynamic" : "Assigned",
    isTeam: isTeam(group["resourceProvisioningOptions"]),
    labels: toLabels(group["assignedLabels"]),
    createdDateTime: toDateTime(group["createdDateTime"], latest),
    renewedDateTime: toDateTime(group["renewedDateTime"], latest),
    expirationDateTime: toDateTime(group["expirationDateTime"], LAST_DAY),
    blockers: toBlockers(group),
    ...toOwners(group),
  };
}

/** Should the filter ever be ignored: what says that it is no Microsoft 365 group is none. */
function isOther(item: unknown): boolean {
  const types = fieldsOf(item)?.["groupTypes"];
  const { texts, isWhole } = textsOf(types);
  return types !== undefined && isWhole && !texts.includes("Unified");
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
  const read = await readListPage(client, position.link, (json) => graphPage.parse(json), context.trail, limits);
  const next: Position = { before: position.before, link: read.next };
  const listed = read.page.value.filter((item) => !isOther(item)).map((item) => toGroup(item, context.run.startedAt));
  const records = listed.filter((group) => group !== undefined);
  const notUnderstood = listed.length - records.length;
  return { records, next: JSON.stringify(next), trail: read.trail, expected: position.before, notUnderstood };
}

/**
 * A list that ends early says nothing: it is held against `$count` before and after. Outside their range by more than
 * 0.5 % and more than two groups, it is failed (docs/report.md, "Sources and their states").
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

/** Every Microsoft 365 group with its owners, a thousand a page (graph.md#groups). Permission: GroupMember.Read.All. */
export const groups: Source<"groups"> = { name: "groups", phase: 1, readPage };

/**
 * The groups list against `$count` before and after it: complete, or failed where it is outside their range by more than
 * 0.5 % and more than 2 groups. Groups come and go while the list is read, hence the range.
 */
export function assessGroupsList(listed: number, countBefore: number, countAfter: number): "complete" | "failed" {
  const least = Math.min(countBefore, countAfter);
  const most = Math.max(countBefore, countAfter);
  const off = listed < least ? { by: least - listed, of: least } : { by: listed - most, of: most };
  return off.by > 2 && off.by * 200 > off.of ? "failed" : "complete";
}
