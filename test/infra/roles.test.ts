import { readFileSync } from "node:fs";
import path from "node:path";
import { deploy, only, ofType, ROOT } from "./deployment";

/** Microsoft's ids of the built-in roles (learn.microsoft.com, "Azure built-in roles"). */
const ROLES: Record<string, string> = {
  "Storage Blob Data Owner": "b7e6dc6d-f1e8-4753-8033-0f276bb0955b",
  "Storage Queue Data Contributor": "974c5e8b-45b9-4653-ba55-5f855dd0fb88",
  "Storage Table Data Contributor": "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3",
  "Monitoring Metrics Publisher": "3913510d-42f4-4e42-8a64-420c390055eb",
};

interface Assignment {
  role: string;
  on: string;
}

function assignments(): Assignment[] {
  return ofType(deploy(), "Microsoft.Authorization/roleAssignments").map(({ id, properties }) => {
    const roleId = String(properties?.["roleDefinitionId"]).split("/").at(-1);
    const role = Object.keys(ROLES).find((name) => ROLES[name] === roleId);
    if (role === undefined) throw new Error(`an unknown role: ${roleId}`);
    const scope = /^\[extensionResourceId\('([^']+)'/.exec(id)?.[1] ?? id;
    return { role, on: scope.split("/").at(-2) ?? "" };
  });
}

test("the identity has four roles, each on the resource that it is for and on nothing wider", () => {
  expect(assignments().toSorted((a, b) => (a.role < b.role ? -1 : 1))).toEqual([
    { role: "Monitoring Metrics Publisher", on: "components" },
    { role: "Storage Blob Data Owner", on: "storageAccounts" },
    { role: "Storage Queue Data Contributor", on: "storageAccounts" },
    { role: "Storage Table Data Contributor", on: "storageAccounts" },
  ]);
});

test("every assignment is to the app's own identity, as a service principal, and says its role's name", () => {
  const identity = only(deploy(), "Microsoft.ManagedIdentity/userAssignedIdentities");
  for (const { properties } of ofType(deploy(), "Microsoft.Authorization/roleAssignments")) {
    expect(properties?.["principalType"]).toBe("ServicePrincipal");
    expect(properties?.["principalId"]).toContain(`${identity.id}'`);
    expect(String(properties?.["roleDefinitionId"])).toMatch(new RegExp(`${ROLES[String(properties?.["description"])]}$`));
  }
});

test("docs/operations.md names these roles and no others", () => {
  const text = readFileSync(path.join(ROOT, "docs/operations.md"), "utf8");
  const section = /^### Its roles in Azure\n([\s\S]*?)^#/m.exec(text)?.[1] ?? "";
  const named = [...section.matchAll(/^\| (Storage [\w ]+?|Monitoring [\w ]+?) +\|/gm)].map(([, name]) => name);
  expect(named.toSorted()).toEqual(Object.keys(ROLES).toSorted());
});
