import { SHARDS } from "../model/keys";
import { readUsagePage } from "./concealment";
import type { SiteFigure, SiteUsageRecord } from "../model/records";
import type { PageContext, Source } from "./source";
import { tellByAddress } from "./tell-group";
import { harmless, readGuid } from "../model/understood";
import { commonOf } from "./usage-csv";
import type { NotUsed, UsageSpec } from "./usage-spec";
import type { UsageRow } from "./usage-spec";

/** Address to group id, for the whole tenant: about 200 bytes an address, held only while this page is read. */
async function loadAddresses({ readShard }: PageContext): Promise<Map<string, string>> {
  const byAddress = new Map<string, string>();
  for (const shard of SHARDS) {
    const { groups = [] } = await readShard(shard, ["groups"]);
    for (const { id, addresses } of groups) for (const address of addresses) byAddress.set(address, id);
  }
  return byAddress;
}

const FIGURES = { files: ["File Count"], activeFiles: ["Active File Count"], bytes: ["Storage Used (Byte)"] } as const;
type Row = UsageRow<keyof typeof FIGURES>;

/**
 * A row belongs to a group by its owner, which for a group's site is the group's mail; never by URL, which may be empty
 * (docs/report.md, "Sites"). Deleted sites and sites of other kinds are left out.
 */
function toRecord(row: Row, byAddress: ReadonlyMap<string, string>): SiteUsageRecord | NotUsed | undefined {
  const template = row.text("Root Web Template");
  if (row.text("Is Deleted").toLowerCase() === "true") return undefined;
  const owner = row.text("Owner Principal Name");
  const id = byAddress.get(owner.toLowerCase());
  if (template.toLowerCase() !== "group") {
    // A channel's site may name the group. If it is the only row, nobody can say that it is not the group's own.
    return id === undefined ? undefined : { leftOut: `Root Web Template "${harmless(template)}"`, id, isOfOtherKind: true };
  }
  if (!owner.includes("@")) return { leftOut: `Owner Principal Name "${harmless(owner)}"` };
  if (id === undefined) return undefined;
  const siteId = readGuid(row.text("Site Id"));
  if (siteId.kind !== "understood") return { leftOut: `Site Id "${siteId.kind === "blank" ? "" : siteId.text}"`, id };
  const { files, activeFiles, bytes } = row.figures;
  return {
    id,
    siteId: siteId.value,
    url: row.text("Site URL") || null,
    ...commonOf(row),
    ...present("files", files),
    ...present("activeFiles", activeFiles),
    ...present("bytes", bytes),
  };
}

function present<K extends string>(key: K, figure: SiteFigure | undefined): { [Key in K]?: SiteFigure } {
  return figure === undefined ? {} : ({ [key]: figure } as { [Key in K]?: SiteFigure });
}

export function siteReport(byAddress: ReadonlyMap<string, string>): UsageSpec<SiteUsageRecord, keyof typeof FIGURES> {
  return {
    report: "getSharePointSiteUsageDetail",
    title: "the site report",
    keys: ["Owner Principal Name", "Site Id"],
    names: ["Owner Display Name"],
    needed: ["Report Refresh Date", "Last Activity Date", "Owner Principal Name", "Root Web Template"],
    filled: ["Last Activity Date", "File Count", "Storage Used (Byte)"],
    counts: [
      { noun: "active file", columns: ["Active File Count"] },
      { noun: "page view", columns: ["Page View Count"] },
      { noun: "visited page", columns: ["Visited Page Count"] },
    ],
    figures: FIGURES,
    addresses: "Owner Principal Name",
    tell: tellByAddress(byAddress),
    toRecord: (row) => toRecord(row, byAddress),
  };
}

/** Files and storage by site: one CSV for the tenant, matched to groups by mail. Permission: Reports.Read.All. */
export const siteUsage: Source<"siteUsage"> = {
  name: "siteUsage",
  phase: 2,
  readPage: async (context) => readUsagePage(context, siteReport(await loadAddresses(context))),
};
