import { SHARDS } from "../store/keys";
import { toPage } from "./concealment";
import type { SiteUsageRecord } from "./records";
import type { PageContext, Source } from "./source";
import { readUsageReport, type UsageRow } from "./usage-csv";

/** Address to group id, for the whole tenant: about 200 bytes an address, held only while this page is read. */
async function loadAddresses({ readShard }: PageContext): Promise<Map<string, string>> {
  const byAddress = new Map<string, string>();
  for (const shard of SHARDS) {
    const { groups = [] } = await readShard(shard, ["groups"]);
    for (const { id, addresses } of groups) for (const address of addresses) byAddress.set(address, id);
  }
  return byAddress;
}

/**
 * A row belongs to a group by its owner, which for a group's site is the group's mail; never by URL, which may be empty
 * (graph-facts §4.4, §5). Deleted sites and sites of other kinds are left out.
 */
function toRecord(row: UsageRow, byAddress: Map<string, string>): SiteUsageRecord | undefined {
  if (row.text("Root Web Template").toLowerCase() !== "group" || row.text("Is Deleted").toLowerCase() === "true")
    return undefined;
  const id = byAddress.get(row.text("Owner Principal Name").toLowerCase());
  if (id === undefined) return undefined;
  return {
    id,
    siteId: row.text("Site Id").toLowerCase(),
    url: row.text("Site URL") || null,
    lastActivity: row.lastActivity(),
    files: row.count("File Count"),
    activeFiles: row.count("Active File Count"),
    bytes: row.count("Storage Used (Byte)"),
  };
}

/** Files and storage by site: one CSV for the tenant, matched to groups by mail. Permission: Reports.Read.All. */
export const siteUsage: Source<"siteUsage"> = {
  name: "siteUsage",
  phase: 2,
  readPage: async (context) => {
    const byAddress = await loadAddresses(context);
    const keys = ["Owner Principal Name", "Site Id"];
    return toPage(
      context.client,
      await readUsageReport(context.client, "getSharePointSiteUsageDetail", keys, (row) => toRecord(row, byAddress)),
    );
  },
};
