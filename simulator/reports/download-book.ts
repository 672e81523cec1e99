import { randomBytes } from "node:crypto";
import type { ReportName } from "../tenant/types";

/** graph.md#usage-reports: the URL is "valid for a short period of time (a few minutes)". */
const VALID_MS = 5 * 60_000;

interface Ticket {
  report: ReportName;
  period: string;
  expiresAt: number;
}

/** The pre-authenticated URLs that are out. */
export class DownloadBook {
  readonly #tickets = new Map<string, Ticket>();
  readonly #cut = new Set<ReportName>();
  #refused = 0;

  issue(report: ReportName, period: string, now: number): string {
    const token = randomBytes(24).toString("base64url");
    this.#tickets.set(token, { report, period, expiresAt: now + VALID_MS });
    return token;
  }

  redeem(token: string, now: number): Ticket | "unknown" | "expired" {
    const ticket = this.#tickets.get(token);
    if (!ticket) return "unknown";
    return ticket.expiresAt <= now ? "expired" : ticket;
  }

  /** True for the first so many downloads: 403 and 404 in turn, for both are seen. */
  refuseFirst(count: number): 403 | 404 | null {
    if (this.#refused >= count) return null;
    this.#refused++;
    return this.#refused % 2 === 1 ? 403 : 404;
  }

  isCut(report: ReportName, mode: "none" | "once" | "always"): boolean {
    if (mode === "none" || (mode === "once" && this.#cut.has(report))) return false;
    this.#cut.add(report);
    return true;
  }
}
