import type { LifetimePolicy } from "../../../src/admin/token-policies/lifetime-policies";
import { isAsPromised, promisedLifetime } from "../../../src/admin/token-policies/promised-lifetime";

const GRAPH_APP = "00000003-0000-0000-c000-000000000000";
const APP = "a-1";

function policy(displayName: string, accessTokenSeconds: number | null, ...apps: string[]): LifetimePolicy {
  const appliesTo = apps.map((appId) => ({ id: `sp-${appId}`, appId, displayName: appId, kind: "servicePrincipal" }));
  return { id: displayName, displayName, accessTokenSeconds, isOrganizationDefault: false, appliesTo };
}
const byDefault = (seconds: number): LifetimePolicy => ({ ...policy("Default", seconds), isOrganizationDefault: true });
const secret = { kind: "client-secret", isCae: false, appId: APP } as const;

test("without a policy a life is drawn between 60 and 90 minutes", () => {
  const promised = promisedLifetime([], secret);
  expect(promised).toMatchObject({ leastSeconds: 3600, mostSeconds: 5400, withoutEffect: [] });
  expect([3500, 4500, 5500, 7200, 28_800].map((seconds) => isAsPromised(seconds, promised))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("the organization's default goes before one that is assigned to Microsoft Graph", () => {
  const onGraph = policy("On Graph", 7200, GRAPH_APP);
  expect(promisedLifetime([onGraph], secret)).toMatchObject({ leastSeconds: 7200, mostSeconds: 7200, withoutEffect: [] });
  const promised = promisedLifetime([onGraph, byDefault(28_800)], secret);
  expect(promised).toMatchObject({ leastSeconds: 28_800, mostSeconds: 28_800 });
  expect(promised.withoutEffect).toEqual([
    'The policy "On Graph" has no effect on this token: the organization\'s default goes before it.',
  ]);
});

test("a policy that is assigned to the application that asks has no effect, and that is said", () => {
  const promised = promisedLifetime([policy("Ours", 7200, APP), policy("Theirs", 7200, "b-1"), policy("Loose", 7200)], secret);
  expect(promised).toMatchObject({ leastSeconds: 3600, mostSeconds: 5400 });
  expect(promised.withoutEffect).toEqual([
    'The policy "Ours" has no effect on this token: it is assigned to the application that asks, but the policy of the application that is accessed, Microsoft Graph, decides.',
    'The policy "Theirs" has no effect on this token: it is assigned to other applications.',
  ]);
});

test.each([
  ["a token that takes part in CAE", { ...secret, isCae: true }, /continuous access evaluation/],
  ["a managed identity's token", { ...secret, kind: "managed-identity" }, /[Mm]anaged identities/],
] as const)("%s is subject to no policy, and may live for long", (_, about, why) => {
  const promised = promisedLifetime([byDefault(600)], about);
  expect(promised.why).toMatch(why);
  expect(promised.withoutEffect[0]).toMatch(why);
  expect([4500, 86_400, 600].map((seconds) => isAsPromised(seconds, promised))).toEqual([true, true, false]);
});
