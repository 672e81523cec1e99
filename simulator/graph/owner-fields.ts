import { shareOf } from "../random";
import type { DirectoryGroup, SimGroup, SimOwner } from "../tenant/types";
import { selected } from "./odata";
import { USER_DEFAULTS, USER_FIELDS } from "./group-fields";
import { holdsAny, ROLES } from "./permissions";
import type { GraphRequest } from "./request";

/** An owner as a directoryObject: only what was selected, only what its type has, only what the roles allow. */
export function ownerJson(request: GraphRequest, owner: SimOwner, fields: readonly string[] | null): Record<string, unknown> {
  const json: Record<string, unknown> = { "@odata.type": `#microsoft.graph.${owner.type}`, id: owner.id };
  // graph.md#groups: without the permission for a member's type only the type and the id come; other fields are null or absent.
  if (owner.type === "user" && !holdsAny(request.roles, ROLES.userDetails)) return json;
  for (const field of fields ?? USER_DEFAULTS) {
    if (field === "id") continue;
    if (field === "accountEnabled" || field === "userType") {
      if (request.world.switches.ownerAccountFields === "absent") continue;
      const known = request.world.switches.ownerAccountFields === "given";
      if (field in owner) json[field] = known ? (owner as unknown as Record<string, unknown>)[field] : null;
    } else if (field in owner) json[field] = (owner as unknown as Record<string, unknown>)[field];
    else if (owner.type === "user") json[field] = null;
  }
  return json;
}

export function ownerFields(select: string | null): readonly string[] | null {
  return selected(select, USER_FIELDS, "microsoft.graph.directoryObject");
}

export function isHidden(request: GraphRequest, group: DirectoryGroup): boolean {
  return group.visibility === "HiddenMembership" && !holdsAny(request.roles, ROLES.hidden);
}

/** What `$expand=owners` gives: at most 20 and no link to the rest (graph.md#groups), under load at times nothing (itpros#62). */
export function expandedOwners(
  request: GraphRequest,
  group: DirectoryGroup | SimGroup,
  fields: readonly string[] | null,
): unknown[] {
  if (isHidden(request, group)) return [];
  const dropped = "expandDropsOwners" in group && group.expandDropsOwners;
  if (dropped || shareOf(group.id, 1) < request.world.switches.expandDropsOwners) return [];
  return group.owners.slice(0, 20).map((owner) => ownerJson(request, owner, fields));
}
