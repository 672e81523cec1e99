import { mkdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { oneLine } from "../../model/errors";
import { isLoopback, type Settings } from "../../settings/settings";
import { connect } from "../../store/connect";
import type { Check } from "./check";

/** Can the storage be written? A named one gets its tables and its container, which the first run would make. */
export async function checkStorage({ storage, auth }: Settings, data: string): Promise<Check> {
  const check = { section: "storage" } as const;
  if (storage.kind === "embedded") {
    const folder = path.resolve(data);
    const probe = path.join(folder, `.doctor-${process.pid}`);
    try {
      await mkdir(folder, { recursive: true });
      await writeFile(probe, "");
      await rm(probe);
      return { ...check, name: "embedded", state: "ok", said: `In ${folder}; for tenants to about 100,000 groups.` };
    } catch (error) {
      const said = `The folder ${folder} can't be written: ${oneLine(error)}.`;
      return { ...check, name: "embedded", state: "problem", said, remedy: "Name another with --data, or set REPORT_STORAGE" };
    }
  }
  try {
    const { container } = await connect(storage, auth);
    return { ...check, name: container.accountName, state: "ok", said: "Tables and blobs can be reached." };
  } catch (error) {
    const name = storage.kind === "account" ? storage.account : "REPORT_STORAGE";
    return { ...check, name, state: "problem", said: oneLine(error) };
  }
}

/** @param skewSeconds by which Graph's clock is ahead of this machine's. */
export function checkClock(skewSeconds: number): Check {
  const minutes = Math.round(Math.abs(skewSeconds) / 60);
  if (skewSeconds === 0)
    return { section: "clock", name: "this machine", state: "ok", said: "It agrees with Graph's to the minute." };
  return {
    section: "clock",
    name: "this machine",
    state: "warning",
    said: `It is ${minutes} min ${skewSeconds > 0 ? "behind" : "ahead of"} Graph's. Tokens are used by their own time, but assertions of certificates may be refused, and ages come out wrong.`,
    remedy: "Set the clock, for example by switching time synchronisation on",
  };
}

const AUTHORITIES: Record<string, string> = {
  "graph.microsoft.com": "login.microsoftonline.com",
  "graph.microsoft.us": "login.microsoftonline.us",
  "dod-graph.microsoft.us": "login.microsoftonline.us",
  "microsoftgraph.chinacloudapi.cn": "login.chinacloudapi.cn",
};

/** National clouds: their own sign-in host, and what Graph lacks there (graph.md#usage-reports). */
export function checkCloud({ graphEndpoint, auth }: Settings): Check[] {
  const endpoint = new URL(graphEndpoint);
  const checks: Check[] = [];
  const check = { section: "cloud", name: endpoint.host } as const;
  if (isLoopback(endpoint)) return [{ ...check, state: "ok", said: "A simulated Graph on this machine." }];
  if (endpoint.host === "graph.microsoft.com")
    checks.push({ ...check, state: "ok", said: "The worldwide cloud: nothing is lacking." });
  else
    checks.push({
      ...check,
      state: "warning",
      said: "A national cloud: Graph v1.0 lacks the usage reports and their setting there.",
      lost: "all activity, members, guests, mailbox, Viva Engage, site and team figures; groups are Unknown, New or Archived",
      remedy: "Use it for owners, labels and expiry, or take the activity from the admin center's own export",
    });
  const wanted = AUTHORITIES[endpoint.host];
  const authority = auth.authorityHost ?? "https://login.microsoftonline.com";
  const host = URL.canParse(authority) ? new URL(authority).host : authority;
  const usesAuthority = !["managed-identity", "azure-cli", "default"].includes(auth.kind);
  if (wanted !== undefined && usesAuthority && host !== wanted)
    checks.push({
      ...check,
      state: "problem",
      said: `Tokens are asked of ${host}, but Graph at ${endpoint.host} takes those of ${wanted}.`,
      remedy: `Set AZURE_AUTHORITY_HOST to https://${wanted}`,
    });
  return checks;
}
