import type { OwnerRecord, SourceState } from "../../src/model/records";
import { facts, group, ID, owner, rowOf, run, without } from "./facts";

const disabled = (id: string) => owner(id, { accountEnabled: false });
const guest = (id: string) => owner(id, { userType: "Guest" });
const unknown = (id: string) => owner(id, { accountEnabled: null, userType: null });
const twenty = Array.from({ length: 20 }, (_, number) => owner(`user${number}`));

function owned(owners: OwnerRecord[], reread?: OwnerRecord[] | null) {
  return facts({ group: group({ owners }), ...(reread === undefined ? {} : { owners: { id: ID, owners: reread } }) });
}

test.each<[string, OwnerRecord[], string, number | null]>([
  ["an active owner among others", [disabled("d"), guest("g"), owner("anna"), unknown("u")], "ok", null],
  ["two active owners", [owner("anna"), owner("bert")], "ok", 2],
  ["an owner whose sign-in is not known", [disabled("d"), owner("nobody")], "unknown", null],
  ["disabled owners only", [disabled("d"), disabled("anna")], "disabled", 0],
  ["guests only", [guest("g"), guest("anna")], "guest", 0],
  ["a disabled guest", [owner("g", { accountEnabled: false, userType: "Guest" })], "disabled", 0],
  ["owners who last signed in long ago", [owner("stan"), owner("stig")], "inactive", 0],
  ["a mix of disabled, guest and stale owners", [disabled("d"), guest("g"), owner("stan")], "inactive", 0],
  ["an owner of whom only the sign-in is known", [owner("anna", { accountEnabled: null, userType: null })], "ok", 1],
  ["a service principal", [owner("app", { isUser: false, accountEnabled: null, userType: null })], "ok", 1],
  ["a disabled service principal", [owner("app", { isUser: false, accountEnabled: false })], "ok", 1],
])("%s", (_, owners, ownerState, activeOwnerCount) => {
  expect(rowOf(owned(owners))).toMatchObject({ ownerState, activeOwnerCount, ownerCount: owners.length });
});

test.each<SourceState>(["off", "notPermitted", "failed"])(
  "with sign-ins %s an enabled owner is unknown, and nobody is called inactive",
  (state) => {
    const sources = run({ users: state });
    expect(rowOf(owned([owner("stan")]), sources)).toMatchObject({
      ownerState: "unknown",
      activeOwnerCount: null,
      warnings: [],
      result: "Pass",
    });
    expect(rowOf(owned([disabled("d")]), sources)).toMatchObject({
      ownerState: "disabled",
      result: "Issues",
      warnings: ["owner-inactive"],
    });
    expect(rowOf(owned([guest("g")]), sources)).toMatchObject({
      ownerState: "guest",
      result: "Issues",
      warnings: ["owner-inactive"],
    });
  },
);

const hidden = { owners: null, ownerMails: null, ownerCount: null, activeOwnerCount: null, ownerState: "unknown", warnings: [] };

test("a group is without owners only when a re-read says so", () => {
  expect(rowOf(owned([], []))).toMatchObject({
    owners: [],
    ownerMails: "",
    ownerCount: 0,
    activeOwnerCount: 0,
    ownerState: "none",
  });
  expect(rowOf(owned([]))).toMatchObject(hidden);
  expect(rowOf(owned([], null))).toMatchObject(hidden);
});

test("a re-read wins over the expanded owners, also where it failed", () => {
  expect(rowOf(owned([], [owner("anna")]))).toMatchObject({ ownerState: "ok", ownerCount: 1, notes: ["owner-single"] });
  expect(rowOf(owned(twenty, [...twenty, owner("anna")]))).toMatchObject({ ownerState: "ok", ownerCount: 21 });
  expect(rowOf(owned(twenty, []))).toMatchObject({ ownerState: "none", ownerCount: 0 });
  expect(rowOf(owned(twenty, null))).toMatchObject(hidden);
});

test("exactly twenty expanded owners without a re-read claim nothing, nineteen do", () => {
  expect(rowOf(owned(twenty.map(({ id }) => disabled(id))))).toMatchObject({ ...hidden, result: "Pass" });
  expect(rowOf(owned(twenty.slice(1).map(({ id }) => disabled(id))))).toMatchObject({ ownerState: "disabled", ownerCount: 19 });
});

test("re-reads of a source that failed are not used", () => {
  expect(rowOf(owned([], []), run({ owners: "failed" }))).toMatchObject(hidden);
  expect(rowOf(owned([owner("anna")]), run({ owners: "failed" }))).toMatchObject({ ownerState: "ok", ownerCount: 1 });
});

test("a group with hidden membership and no owner is unknown, with an owner it is judged", () => {
  const hiddenGroup = { visibility: "HiddenMembership" };
  expect(rowOf(facts({ group: group({ ...hiddenGroup, owners: [] }), owners: { id: ID, owners: [] } }))).toMatchObject(hidden);
  expect(rowOf(facts({ group: group({ ...hiddenGroup, owners: [owner("anna")] }) }))).toMatchObject({
    ownerState: "ok",
    ownerCount: 1,
  });
});

test("an owner who came twice counts once", () => {
  expect(rowOf(owned([owner("anna"), owner("anna")]))).toMatchObject({
    ownerCount: 1,
    activeOwnerCount: 1,
    notes: ["owner-single"],
  });
});

test("no sign-in state of a person stands in the row", () => {
  const row = rowOf(without(owned([owner("stan")]), "previous"));
  expect(row.owners).toEqual([{ id: "stan", displayName: "Owner stan", mail: "stan@contoso.com" }]);
  expect(row.reason).toContain("none of its 1 owner is active (1 without a sign-in for more than 90 days)");
});
