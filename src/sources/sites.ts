import { readListPage } from "../graph/read-list";
import { SHARDS } from "../model/keys";
import { fieldsOf, graphPage } from "./graph-items";
import type { SiteUrlRecord } from "../model/records";
import type { Page, PageContext, Source } from "./source";
import { orNull, readGuid, readText } from "../model/understood";

/** The request of Microsoft's own script for the empty URLs (graph.md#empty-site-addresses). */
const FIRST_PAGE = "/sites/getAllSites?$select=sharepointIds&$top=10000";

/** Sites of groups whose row in the report has no URL: site id to group id. */
async function findMissing({ readShard }: PageContext): Promise<Map<string, string>> {
  const missing = new Map<string, string>();
  for (const shard of SHARDS) {
    const { siteUsage = [] } = await readShard(shard, ["siteUsage"]);
    for (const row of siteUsage) if (!("leftOut" in row) && row.url === null) missing.set(row.siteId, row.id);
  }
  return missing;
}

async function readPage(context: PageContext, link: string | null): Promise<Page<"sites">> {
  const missing = await findMissing(context);
  if (missing.size === 0) return { records: [], next: null, state: link === null ? "skipped" : "complete" };
  const { client } = context;
  const { page, next, trail } = await readListPage(client, link ?? FIRST_PAGE, (json) => graphPage.parse(json), context.trail);
  const records: SiteUrlRecord[] = [];
  let notUnderstood = 0;
  for (const item of page.value) {
    const ids = fieldsOf(fieldsOf(item)?.["sharepointIds"]);
    const siteId = orNull(readGuid(ids?.["siteId"]));
    const url = orNull(readText(ids?.["siteUrl"]));
    if (siteId === null) notUnderstood++;
    const id = siteId === null ? undefined : missing.get(siteId);
    if (siteId !== null && id !== undefined && url !== null) records.push({ id, siteId, url });
  }
  return { records, next, trail, notUnderstood };
}

/** URLs that the site report leaves empty; asked only where one is missing. Permission: Sites.Read.All, which reads all documents. */
export const sites: Source<"sites"> = { name: "sites", feature: "sites", phase: 3, readPage };
