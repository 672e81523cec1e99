import { readFileSync } from "node:fs";
import path from "node:path";
import { PERMISSIONS, permissionsFor } from "../../../src/model/permissions";
import { GRAPH_APP_ROLES } from "../../../simulator/tenant/graph-app-roles";

const text = readFileSync(path.join(__dirname, "../../../docs/permissions.md"), "utf8");
const rows = text
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim().replaceAll("`", "")))
  .filter(([, name]) => /^\w+\.Read\.All$/.test(name ?? ""));

test("docs/permissions.md lists every permission with its id and feature, as the code has them", () => {
  const documented = rows
    .filter((cells) => /^[0-9a-f-]{36}$/.test(cells[2] ?? ""))
    .map(([, name, id, feature]) => [name, id, feature]);
  expect(documented.toSorted()).toEqual(
    PERMISSIONS.map(({ name, appRoleId, feature }) => [name, appRoleId, feature ?? "every report"]).toSorted(),
  );
});

test("the ids are Microsoft Graph's, as the simulated Graph has them of its own", () => {
  expect(PERMISSIONS.map(({ name, appRoleId }) => [name, appRoleId])).toEqual(
    PERMISSIONS.map(({ name }) => [name, GRAPH_APP_ROLES[name]]),
  );
});

test("by default the five that the issue names, and no feature ever wants one that writes, sends or reads all groups' content", () => {
  expect(
    permissionsFor(["teams"])
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(["GroupMember.Read.All", "ReportSettings.Read.All", "Reports.Read.All", "TeamSettings.Read.All", "User.Read.All"]);
  for (const { name } of PERMISSIONS) expect(name).not.toMatch(/Write|Send|^Group\.|^Directory\./);
});
