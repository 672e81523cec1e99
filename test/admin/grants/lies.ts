import type { Simulator } from "../../../simulator";
import { GRAPH_APP_ID, GRAPH_APP_ROLES } from "../../../simulator/tenant/graph-app-roles";

type Tamper = NonNullable<Simulator["tamper"]>;
interface Role {
  id: string;
  value: string;
}

/** RoleManagement.ReadWrite.Directory: whoever holds it can make itself Global Administrator. */
export const OMNIPOTENT = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8";
const GROUPS = "GroupMember.Read.All";

/** Changes what Graph says of its own service principal. */
function ofGraph(change: (principal: Record<string, unknown> & { appRoles: Role[] }) => object): Tamper {
  return (host, { path }, honest) => {
    if (host !== "graph" || !path.includes(`servicePrincipals(appId='${GRAPH_APP_ID}')`)) return undefined;
    return { ...honest, body: change(honest.body as Parameters<typeof change>[0]) };
  };
}

const roles = (change: (role: Role) => Role | Role[]) =>
  ofGraph((principal) => ({ ...principal, appRoles: principal.appRoles.flatMap(change) }));

/** Answers by which somebody between us and Graph would have another permission granted, or granted to Graph knows what. */
export const LIES: [lie: string, tamper: Tamper][] = [
  ["another role bears the name", roles((role) => (role.value === GROUPS ? { ...role, id: OMNIPOTENT } : role))],
  [
    "the role bears another name",
    roles((role) => (role.value === GROUPS ? { ...role, value: "RoleManagement.ReadWrite.Directory" } : role)),
  ],
  ["another role bears the name too", roles((role) => (role.value === GROUPS ? [role, { ...role, id: OMNIPOTENT }] : role))],
  ["the role bears another name too", roles((role) => (role.value === GROUPS ? [{ ...role, value: "Mail.Send" }, role] : role))],
  [
    "two roles have changed places",
    roles((role) => {
      if (role.value === GROUPS) return { ...role, id: GRAPH_APP_ROLES["User.Read.All"] ?? "" };
      return role.value === "User.Read.All" ? { ...role, id: GRAPH_APP_ROLES[GROUPS] ?? "" } : role;
    }),
  ],
  [
    "the resource is another application",
    ofGraph((principal) => ({ ...principal, appId: "00000002-0000-0000-c000-000000000000" })),
  ],
];
