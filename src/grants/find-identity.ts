import * as z from "zod";
import { shown } from "../auth/token-claims";
import { isReportError, ReportError } from "../errors";
import type { GraphClient } from "../graph/client";
import { readList } from "../graph/read-list";

/** A service principal: what an application or a managed identity is in its tenant. */
export interface Identity {
  id: string;
  appId: string;
  displayName: string;
  /** `ManagedIdentity`, `Application`… */
  kind: string | null;
}

const principal = z.object({
  id: z.string(),
  appId: z.string().nullish(),
  displayName: z.string().nullish(),
  servicePrincipalType: z.string().nullish(),
});

const PRINCIPAL_FIELDS = "id,appId,displayName,servicePrincipalType";
/** Entra's own limit. */
const LONGEST_NAME = 256;
/** More namesakes than these are counted, not listed. */
const MOST_LISTED = 10;

export function isGuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

/** `displayName eq 'O''Brien'`, safe in a URL: whatever the name holds stays inside its quotes. */
export function nameFilter(name: string): string {
  return `$filter=${encodeURIComponent(`displayName eq '${name.replaceAll("'", "''")}'`).replaceAll("'", "%27")}`;
}

/** @throws ReportError setting-invalid where this can be no identity's name. */
export function checkIdentityText(text: string): string {
  const name = text.trim();
  // eslint-disable-next-line no-control-regex -- exactly those are looked for
  if (name === "" || name.length > LONGEST_NAME || /[\u0000-\u001f\u007f\u2028\u2029]/.test(name))
    throw new ReportError(
      "setting-invalid",
      "--identity must be an identity's name, or its object or application id, on one line.",
    );
  return name;
}

/**
 * The one service principal of this name, object id or application id. A user-assigned identity has its own name, a
 * system-assigned one that of its function app.
 * @throws ReportError identity-unknown, identity-ambiguous (with the ids to choose from), and the client's own.
 */
export async function findIdentity(client: GraphClient, text: string): Promise<Identity> {
  const found = isGuid(text) ? await findById(client, text) : await findByName(client, text);
  const [only] = found;
  if (!only) {
    throw new ReportError(
      "identity-unknown",
      `The tenant has no application or managed identity ${isGuid(text) ? "with the id" : "named"} "${text}". Check it under Entra admin center > Enterprise applications (set the filter "Application type" to all); one that was just made may need a minute to appear.`,
    );
  }
  if (found.length === 1) return only;
  const list = found
    .slice(0, MOST_LISTED)
    .map(({ id, kind, appId }) => `${id} (${kind ?? "unknown kind"}, application id ${appId})`);
  const more = found.length > MOST_LISTED ? ` and ${found.length - MOST_LISTED} more` : "";
  throw new ReportError(
    "identity-ambiguous",
    `${found.length} applications or identities are named "${text}": ${list.join("; ")}${more}. Give the object id of the right one as --identity.`,
  );
}

async function findByName(client: GraphClient, name: string): Promise<Identity[]> {
  const url = `/servicePrincipals?${nameFilter(name)}&$select=${PRINCIPAL_FIELDS}&$top=100`;
  return (await readList(client, url, principal)).map(toIdentity);
}

async function findById(client: GraphClient, id: string): Promise<Identity[]> {
  for (const path of [`/servicePrincipals/${id}`, `/servicePrincipals(appId='${id}')`]) {
    try {
      return [toIdentity(await client.getJson(`${path}?$select=${PRINCIPAL_FIELDS}`, (json) => principal.parse(json)))];
    } catch (error) {
      if (!isReportError(error, "graph-not-found")) throw error;
    }
  }
  return [];
}

function toIdentity({ id, appId, displayName, servicePrincipalType }: z.infer<typeof principal>): Identity {
  return {
    id: shown(id),
    appId: shown(appId ?? ""),
    displayName: shown(displayName ?? "", LONGEST_NAME),
    kind: servicePrincipalType ? shown(servicePrincipalType) : null,
  };
}
