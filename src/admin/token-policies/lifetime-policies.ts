import * as z from "zod";
import { ReportError } from "../../model/errors";
import type { GraphClient } from "../../graph/client";
import { readList } from "../../graph/read-list";

/** The tenant's token lifetime policies (graph.md#tokens). Reading needs Policy.Read.All; writing Policy.ReadWrite.ApplicationConfiguration. */

const LEAST_SECONDS = 600;
const MOST_SECONDS = 86_400;
const ROOT = "/policies/tokenLifetimePolicies";

export interface LifetimePolicy {
  id: string;
  displayName: string;
  isOrganizationDefault: boolean;
  /** Null where the policy says nothing of access tokens. */
  accessTokenSeconds: number | null;
  appliesTo: { id: string; appId: string | null; displayName: string; kind: string }[];
}

export interface PolicyRequest {
  method: "POST" | "PATCH" | "DELETE";
  /** Under /v1.0. */
  url: string;
  body?: unknown;
}

const policyItem = z.object({
  id: z.string(),
  displayName: z.string().nullish(),
  definition: z.array(z.string()).nullish(),
  isOrganizationDefault: z.boolean().nullish(),
});
const objectItem = z.object({
  "@odata.type": z.string().nullish(),
  id: z.string(),
  appId: z.string().nullish(),
  displayName: z.string().nullish(),
});
const definition = z.object({ TokenLifetimePolicy: z.object({ AccessTokenLifetime: z.string().optional() }) });

/** Every policy with what it is assigned to. @throws ReportError graph-denied without Policy.Read.All. */
export async function readPolicies(client: GraphClient): Promise<LifetimePolicy[]> {
  const found: LifetimePolicy[] = [];
  for (const policy of await readList(client, ROOT, policyItem)) {
    const assigned = await readList(client, `${ROOT}/${encodeURIComponent(policy.id)}/appliesTo`, objectItem);
    found.push({
      id: policy.id,
      displayName: policy.displayName ?? "",
      isOrganizationDefault: policy.isOrganizationDefault ?? false,
      accessTokenSeconds: readLifetime(policy.definition?.[0]),
      appliesTo: assigned.map((object) => ({
        id: object.id,
        appId: object.appId ?? null,
        displayName: object.displayName ?? "",
        kind: object["@odata.type"]?.replace("#microsoft.graph.", "") ?? "object",
      })),
    });
  }
  return found;
}

function readLifetime(text: string | undefined): number | null {
  try {
    const lifetime = definition.parse(JSON.parse(text ?? "")).TokenLifetimePolicy.AccessTokenLifetime;
    return lifetime === undefined ? null : parseTimeSpan(lifetime);
  } catch {
    return null;
  }
}

/** `[d.]hh:mm:ss` in seconds, null where it is none. */
function parseTimeSpan(text: string): number | null {
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2})(?::(\d{2}))?$/.exec(text.trim());
  if (!parts) return null;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  return ((days * 24 + hours) * 60 + minutes) * 60 + seconds;
}

/**
 * A length of time as people write it (`90m`, `8h`, `1d`) or as Entra does (`8:00:00`), in seconds.
 * @throws ReportError setting-invalid: unreadable, or outside Entra's bounds of 10 minutes and 1 day.
 */
export function parseLifetime(text: string): number {
  const plain = /^(\d{1,5})\s*(m|min|h|d)$/i.exec(text.trim());
  const unit = { m: 60, min: 60, h: 3600, d: 86_400 }[plain?.[2]?.toLowerCase() ?? ""];
  const seconds = plain && unit ? Number(plain[1]) * unit : parseTimeSpan(text);
  if (seconds === null || seconds < LEAST_SECONDS || seconds > MOST_SECONDS)
    throw new ReportError(
      "setting-invalid",
      `The lifetime "${text.replace(/\s+/g, " ").slice(0, 40)}" can't be set: it must be from 10 minutes to 1 day, as in 90m, 8h, 1d or 8:00:00.`,
    );
  return seconds;
}

/** A day is written as 23:59:59: Entra takes no 24:00:00 (graph.md#tokens). */
function toTimeSpan(seconds: number): string {
  if (seconds >= MOST_SECONDS) return "23:59:59";
  const two = (value: number) => String(Math.floor(value)).padStart(2, "0");
  return `${two(seconds / 3600)}:${two((seconds % 3600) / 60)}:${two(seconds % 60)}`;
}

/** The request that makes this the life of every access token of the tenant. A tenant has one default: it is changed where it is there. */
export function setDefaultRequest(known: readonly LifetimePolicy[], seconds: number): PolicyRequest {
  const present = known.find(({ isOrganizationDefault }) => isOrganizationDefault);
  const text = JSON.stringify({ TokenLifetimePolicy: { Version: 1, AccessTokenLifetime: toTimeSpan(seconds) } });
  if (present) return { method: "PATCH", url: `${ROOT}/${encodeURIComponent(present.id)}`, body: { definition: [text] } };
  const body = { displayName: "Access token lifetime", definition: [text], isOrganizationDefault: true };
  return { method: "POST", url: ROOT, body };
}

export function removeDefaultRequest(known: readonly LifetimePolicy[]): PolicyRequest | undefined {
  const present = known.find(({ isOrganizationDefault }) => isOrganizationDefault);
  return present && { method: "DELETE", url: `${ROOT}/${encodeURIComponent(present.id)}` };
}

export async function sendPolicyRequest(client: GraphClient, request: PolicyRequest): Promise<void> {
  await client.send(request, () => undefined);
}
