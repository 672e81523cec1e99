import type { Reply } from "../graph/reply";
import { forReport } from "../switches";
import type { World } from "../world";
import { line } from "./csv";
import { HEADERS, rowsOf } from "./report-rows";

/** The body of a reply that is sent piece by piece. */
export type Chunks = Iterable<string>;

const CHUNK = 64 * 1024;

/** The report host (graph.md#usage-reports): no Authorization header, an expiring URL, a CSV with BOM and CRLF as one stream. */
export function answerDownload(world: World, path: string, query: URLSearchParams, authorized: boolean): Reply {
  const { switches, downloads, clock } = world;
  if (path !== "/data/v1.0/download") return refuse(404, "Not found.");
  if (authorized) return refuse(400, "An Authorization header must not be sent to a pre-authenticated URL.");
  const refused = downloads.refuseFirst(switches.reportUrlExpired);
  if (refused !== null) return refuse(refused, "The link has expired.");
  const ticket = downloads.redeem(query.get("token") ?? "", clock());
  if (ticket === "unknown") return refuse(404, "Not found.");
  if (ticket === "expired") return refuse(403, "The link has expired.");
  const { report, period } = ticket;
  const cut = downloads.isCut(report, forReport(switches.csvCut, report, "none"));
  return {
    status: 200,
    headers: {
      "Content-Type": "application/octet-stream",
      "Content-Disposition": `attachment; filename="${report}-${period}.csv"`,
    },
    body: cut ? cutInALine(csv()) : csv(),
  };

  function* csv(): Chunks {
    const header = HEADERS[report];
    let text = `\uFEFF${switches.guestCountHeader ? header.replace("External Member Count", "Guest Count") : header}\r\n`;
    if (!forReport(switches.csvHeaderOnly, report, false)) {
      for (const cells of rowsOf(report, { tenant: world.tenant, switches, period })) {
        text += line(cells);
        if (text.length < CHUNK) continue;
        yield text;
        text = "";
      }
    }
    yield text;
  }
}

function refuse(status: number, message: string): Reply {
  return { status, headers: { "Content-Type": "text/plain" }, body: message };
}

/** The first half, ending within a line and outside of its quotes' end: a whole number of columns would hide the cut. */
function* cutInALine(chunks: Chunks): Chunks {
  const all = [...chunks].join("");
  const lineEnd = all.lastIndexOf("\r\n", Math.floor(all.length / 2));
  yield all.slice(0, Math.max(lineEnd, all.indexOf("\r\n")) + 2 + 25);
}

export function isChunked(body: unknown): body is Chunks {
  return typeof body === "object" && body !== null && Symbol.iterator in body && !Array.isArray(body);
}
