import { createHash } from "node:crypto";

/** graph.md#concealed-names: names become 32 upper-case hex digits (MD5), ids all zero. No join to the directory is possible. */
export const ZERO_ID = "00000000-0000-0000-0000-000000000000";

export interface Cover {
  name(text: string): string;
  id(id: string): string;
}

export const PLAIN: Cover = { name: (text) => text, id: (id) => id };

export const CONCEALED: Cover = {
  name: (text) => (text === "" ? "" : createHash("md5").update(text).digest("hex").toUpperCase()),
  id: () => ZERO_ID,
};
