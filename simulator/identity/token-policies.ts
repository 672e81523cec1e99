/** A token lifetime policy (graph.md#tokens), as Graph shows it, and what it is assigned to. */
export interface TokenPolicy {
  id: string;
  displayName: string;
  /** One JSON text: `{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"8:00:00"}}`. */
  definition: string[];
  isOrganizationDefault: boolean;
  appliesTo: { id: string; appId: string; displayName: string; type: "application" | "servicePrincipal" }[];
}

/** Seconds of AccessTokenLifetime (`[d.]hh:mm:ss`); undefined where there is none, or it is out of Entra's bounds. */
export function promisedSeconds(policy: Pick<TokenPolicy, "definition"> | undefined): number | undefined {
  const text = /"AccessTokenLifetime"\s*:\s*"([^"]+)"/.exec(policy?.definition[0] ?? "")?.[1];
  const parts = /^(?:(\d+)\.)?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text ?? "");
  if (!parts) return undefined;
  const [days, hours, minutes, seconds] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number];
  const all = days * 86_400 + hours * 3600 + minutes * 60 + seconds;
  return all >= 600 && all <= 86_400 ? all : undefined;
}
