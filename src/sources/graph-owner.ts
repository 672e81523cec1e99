import { fieldsOf } from "./graph-items";
import type { OwnerRecord } from "../model/records";
import { orNull, readText } from "../model/understood";

export const OWNER_SELECT = "id,displayName,mail,accountEnabled,userType";

/** An `$expand` gives no more than this, as a rule without a link to the rest (https://learn.microsoft.com/graph/query-parameters#expand). */
export const EXPAND_CAP = 20;

const TYPE = "#microsoft.graph.";
const USER = `${TYPE}user`;

/**
 * An owner as `$expand=owners` and `/groups/{id}/owners` give it: a directory object of any type. Without permission to
 * read its type all but `@odata.type` and `id` is missing: absent means not known, and so does what is not understood. An
 * item of which nothing can be read is an owner all the same.
 */
export function toOwner(item: unknown): OwnerRecord {
  const fields = fieldsOf(item) ?? {};
  const userType = orNull(readText(fields["userType"]));
  const isUser = isUserType(fields["@odata.type"], userType);
  const { accountEnabled } = fields;
  return {
    id: orNull(readText(fields["id"])) ?? "",
    displayName: orNull(readText(fields["displayName"])),
    mail: orNull(readText(fields["mail"])),
    isUser,
    // Of an object of an unknown type it says nothing: a service principal that is switched off still owns.
    accountEnabled: isUser !== null && typeof accountEnabled === "boolean" ? accountEnabled : null,
    userType,
  };
}

/** Only users have a userType. */
function isUserType(type: unknown, userType: string | null): boolean | null {
  if (type === USER) return true;
  if (typeof type === "string" && type.startsWith(TYPE)) return false;
  return userType !== null ? true : null;
}
