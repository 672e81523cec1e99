import type { AuthChoice } from "../../settings/choose-auth";
import type { LifetimePolicy } from "./lifetime-policies";
import { GRAPH_APP_ID } from "../../model/permissions";

/** What the tenant's policies let us expect of a token's life. */
export interface PromisedLifetime {
  leastSeconds: number;
  mostSeconds: number;
  /** A sentence. */
  why: string;
  /** A sentence for each policy that is there and decides nothing. */
  withoutEffect: string[];
}

/** Clocks, and the minutes by which Entra dates a token back. */
const TOLERANCE_SECONDS = 360;
const DEFAULT_SECONDS = [3600, 5400] as const;
const LONG_SECONDS = [3600, 28 * 3600] as const;

/**
 * Entra asks for the policy of the application that is accessed, which is Microsoft Graph: the organization's default goes
 * first, then one assigned to Graph; one assigned to the application that asks counts for nothing. Managed identities
 * and sessions of continuous access evaluation stand outside all of them (graph.md#tokens).
 */
export function promisedLifetime(
  policies: readonly LifetimePolicy[],
  { kind, isCae, appId }: { kind: AuthChoice["kind"]; isCae: boolean; appId: string | null },
): PromisedLifetime {
  const byDefault = policies.find(
    ({ isOrganizationDefault, accessTokenSeconds }) => isOrganizationDefault && accessTokenSeconds !== null,
  );
  const onGraph = policies.find(
    ({ appliesTo, accessTokenSeconds }) =>
      accessTokenSeconds !== null && appliesTo.some((object) => object.appId === GRAPH_APP_ID),
  );
  const decides = kind === "managed-identity" || isCae ? undefined : (byDefault ?? onGraph);
  const withoutEffect = policies
    .filter((policy) => policy !== decides && (policy.isOrganizationDefault || policy.appliesTo.length > 0))
    .map((policy) => `The policy "${policy.displayName}" has no effect on this token: ${whyNot(policy, { kind, isCae, appId })}`);
  if (kind === "managed-identity")
    return expect(
      LONG_SECONDS,
      "Managed identities stand outside token lifetime policies; their tokens live up to 24 hours.",
      withoutEffect,
    );
  if (isCae)
    return expect(
      LONG_SECONDS,
      "The token takes part in continuous access evaluation: policies are not honoured, it may live up to 28 hours, and Graph ends it when it must.",
      withoutEffect,
    );
  if (decides && decides.accessTokenSeconds !== null) {
    const whose = decides === byDefault ? "the organization's default" : "assigned to Microsoft Graph";
    const seconds = decides.accessTokenSeconds;
    return expect([seconds, seconds], `The policy "${decides.displayName}" (${whose}) sets it.`, withoutEffect);
  }
  return expect(
    DEFAULT_SECONDS,
    "No policy decides, so Entra draws a life between 60 and 90 minutes, 75 on average.",
    withoutEffect,
  );
}

function whyNot(
  policy: LifetimePolicy,
  { kind, isCae, appId }: { kind: AuthChoice["kind"]; isCae: boolean; appId: string | null },
): string {
  if (policy.accessTokenSeconds === null) return "it says nothing of access tokens.";
  if (kind === "managed-identity") return "managed identities are not subject to policies.";
  if (isCae) return "policies are not honoured where a token takes part in continuous access evaluation.";
  if (policy.appliesTo.some((object) => object.appId === GRAPH_APP_ID)) return "the organization's default goes before it.";
  const own = appId !== null && policy.appliesTo.some((object) => object.appId === appId);
  return own
    ? "it is assigned to the application that asks, but the policy of the application that is accessed, Microsoft Graph, decides."
    : "it is assigned to other applications.";
}

function expect([least, most]: readonly [number, number], why: string, withoutEffect: string[]): PromisedLifetime {
  return { leastSeconds: least, mostSeconds: most, why, withoutEffect };
}

export function isAsPromised(seconds: number, { leastSeconds, mostSeconds }: PromisedLifetime): boolean {
  return seconds >= leastSeconds - TOLERANCE_SECONDS && seconds <= mostSeconds + TOLERANCE_SECONDS;
}
