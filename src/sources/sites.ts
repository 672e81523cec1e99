import * as z from "zod";
import { readListPage } from "../graph/read-list";
import { SHARDS } from "../store/keys";
import type { SiteUrlRecord } from "./records";
import type { Page, PageContext, Source } from "./source";

const sitesPage = z.object({
  value: z.array(
    z.object({ sharepointIds: z.object({ siteId: z.string().nullish(), siteUrl: z.string().nullish() }).nullish() }),
  ),
});
/** The request of Microsoft's own script for the empty URLs (graph-facts §4.4). */
const FIRST_PAGE = "/sites/getAllSites?$select=sharepointIds&$top=10000";

/** Sites of groups whose row in the report has no URL: site id to group id. */
async function findMissing({ readShard }: PageContext): Promise<Map<string, string>> {
  const missing = new Map<string, string>();
  for (const shard of SHARDS) {
    const { siteUsage = [] } = await readShard(shard, ["siteUsage"]);
    for (const { id, siteId, url } of siteUsage) if (url === null) missing.set(siteId, id);
  }
  return missing;
}

async function readPage(context: PageContext, link: string | null): Promise<Page<"sites">> {
  const missing = await findMissing(context);
  if (missing.size === 0) return { records: [], next: null, state: link === null ? "skipped" : "complete" };
  const { client } = context;
  const { page, next, trail } = await readListPage(client, link ?? FIRST_PAGE, (json) => sitesPage.parse(json), context.trail);
  const records: SiteUrlRecord[] = [];
  for (const { sharepointIds } of page.value) {
    const siteId = sharepointIds?.siteId?.toLowerCase();
    const id = siteId === undefined ? undefined : missing.get(siteId);
    if (siteId !== undefined && id !== undefined && sharepointIds?.siteUrl)
      records.push({ id, siteId, url: sharepointIds.siteUrl });
  }
  return { records, next, trail };
}

/** URLs that the site report leaves empty; asked only where one is missing. Permission: Sites.Read.All, which reads all documents. */
export const sites: Source<"sites"> = { name: "sites", feature: "sites", phase: 3, readPage };
