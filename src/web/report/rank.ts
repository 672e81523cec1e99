/** An order by rank; NaN for what is not known, which comes last in both directions. */
export type Ranks = Float64Array;

export const collator = new Intl.Collator("en", { sensitivity: "accent" });

/** Ranks of texts as a reader of English orders them; an empty text is not known. Each is compared once however often it stands there. */
export function rankTexts(texts: readonly (string | null)[]): Ranks {
  const places = new Map<string, number>();
  for (const text of texts) if (text !== null && text !== "") places.set(text, 0);
  let rank = 0;
  for (const text of [...places.keys()].toSorted(collator.compare)) places.set(text, rank++);
  return Float64Array.from(texts, (text) => (text === null ? Number.NaN : (places.get(text) ?? Number.NaN)));
}
