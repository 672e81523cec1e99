import * as z from "zod";
import type { OwnerRecord } from "./records";

/**
 * An owner as `$expand=owners` and `/groups/{id}/owners` give it: a directory object of any type. Without permission to
 * read its type all but `@odata.type` and `id` is missing (graph-facts §2): absent means not known.
 */
export const graphOwner = z.object({
  "@odata.type": z.string().nullish(),
  id: z.string(),
  displayName: z.string().nullish(),
  mail: z.string().nullish(),
  accountEnabled: z.boolean().nullish(),
  userType: z.string().nullish(),
});

export const OWNER_SELECT = "id,displayName,mail,accountEnabled,userType";

/** An `$expand` gives no more than this, without a link to the rest (graph-facts §2). */
export const EXPAND_CAP = 20;

export function toOwner(owner: z.infer<typeof graphOwner>): OwnerRecord {
  const type = owner["@odata.type"];
  return {
    id: owner.id,
    displayName: owner.displayName ?? null,
    mail: owner.mail ?? null,
    isUser: type === undefined || type === null || type === "#microsoft.graph.user",
    accountEnabled: owner.accountEnabled ?? null,
    userType: owner.userType ?? null,
  };
}
