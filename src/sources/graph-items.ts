import * as z from "zod";

/** A page of a list. Its items are read one by one by whoever asks, so that one that can't be read costs nobody else. */
export const graphPage = z.object({ value: z.array(z.unknown()) });

/** An item's fields, none of them believed yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** Undefined for what is no object. */
export function fieldsOf(item: unknown): Fields | undefined {
  return typeof item === "object" && item !== null && !Array.isArray(item) ? (item as Fields) : undefined;
}

/** A list of texts: what is none of them is left out. `isWhole` is false where something was, or where it is no list. */
export function textsOf(value: unknown): { texts: string[]; isWhole: boolean } {
  if (value === undefined) return { texts: [], isWhole: true };
  if (!Array.isArray(value)) return { texts: [], isWhole: false };
  const texts = value.filter((one): one is string => typeof one === "string");
  return { texts, isWhole: texts.length === value.length };
}
