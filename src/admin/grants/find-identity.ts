import * as z from "zod";
import { shown } from "../../auth/token-claims";
import { isReportError, ReportError } from "../../model/errors";
import type { GraphClient } from "../../graph/client";
import { readList } from "../../graph/read-list";
import { contradiction, sameId } from "./check-answers";

/** A service principal: what an application or a managed identity is in its tenant. */
export interface Identity {
  id: string;
  appId: string;
  displayName: string;
  /** `ManagedIdentity`, `Application`… */
  kind: string | null;
  /** The tenant in which the application is registered. Null for a managed identity, which is registered nowhere. */
  ownerOrganization: string | null;
}

const principal = z.object({
  id: z.string(),
  appId: z.string().nullish(),
  displayName: z.string().nullish(),
  servicePrincipalType: z.string().nullish(),
  appOwnerOrganizationId: z.string().nullish(),
});

const PRINCIPAL_FIELDS = "id,appId,displayName,servicePrincipalType,appOwnerOrganizationId";
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
 * @param tenantId the tenant that is signed in to, where that is known.
 * @throws ReportError identity-unknown, identity-ambiguous (with the ids to choose from), identity-foreign,
 * graph-contradiction, and the client's own.
 */
export async function findIdentity(client: GraphClient, text: string, tenantId: string | null): Promise<Identity> {
  const found = isGuid(text) ? await findById(client, text) : await findByName(client, text);
  checkFound(found, text);
  const [only] = found;
  if (!only) {
    throw new ReportError(
      "identity-unknown",
      `The tenant has no application or managed identity ${isGuid(text) ? "with the id" : "named"} "${text}". Check it under Entra admin center > Enterprise applications (set the filter "Application type" to all); one that was just made may need a minute to appear.`,
    );
  }
  if (found.length === 1) {
    // A name is anybody's to choose, in any tenant whose application somebody here has consented to.
    if (!isGuid(text) && isForeign(only, tenantId))
      throw new ReportError(
        "identity-foreign",
        `"${text}" is an application of another organization (${only.ownerOrganization}): object id ${only.id}. If it is meant all the same, give that id as --identity.`,
      );
    return only;
  }
  const list = found
    .slice(0, MOST_LISTED)
    .map(({ id, kind, appId }) => `${id} (${kind ?? "unknown kind"}, application id ${appId})`);
  const more = found.length > MOST_LISTED ? ` and ${found.length - MOST_LISTED} more` : "";
  throw new ReportError(
    "identity-ambiguous",
    `${found.length} applications or identities are named "${text}": ${list.join("; ")}${more}. Give the object id of the right one as --identity.`,
  );
}

export function isForeign({ ownerOrganization }: Identity, tenantId: string | null): boolean {
  return ownerOrganization !== null && tenantId !== null && !sameId(ownerOrganization, tenantId);
}

/** An answer to another question than the one that was asked. @throws ReportError graph-contradiction. */
function checkFound(found: readonly Identity[], text: string): void {
  const plain = (name: string) => name.normalize("NFKC").trim().toLowerCase();
  for (const { id, appId, displayName } of found) {
    const isAsked = isGuid(text)
      ? sameId(id, text) || sameId(appId, text)
      : plain(displayName) === plain(shown(text, LONGEST_NAME));
    if (!isAsked) throw contradiction(`Asked for the identity "${text}", it told of "${displayName}" (object id ${id}).`);
    if (!isGuid(id)) throw contradiction(`The object id of "${displayName}" is no id: "${id}".`);
  }
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

function toIdentity({
  id,
  appId,
  displayName,
  servicePrincipalType,
  appOwnerOrganizationId,
}: z.infer<typeof principal>): Identity {
  return {
    id: shown(id),
    appId: shown(appId ?? ""),
    displayName: shown(displayName ?? "", LONGEST_NAME),
    kind: servicePrincipalType ? shown(servicePrincipalType) : null,
    ownerOrganization: appOwnerOrganizationId ? shown(appOwnerOrganizationId) : null,
  };
}
