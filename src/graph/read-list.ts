import * as z from "zod";
import type { GraphClient } from "./client";

/** A whole list, every page of it: for commands, whose lists are short. A run's sources keep a cursor instead. */
export async function readList<T>(client: GraphClient, url: string, item: z.ZodType<T>): Promise<T[]> {
  const schema = z.object({ value: z.array(item), "@odata.nextLink": z.string().optional() });
  const items: T[] = [];
  for (let next: string | undefined = url; next !== undefined;) {
    const page: z.infer<typeof schema> = await client.getJson(next, (json) => schema.parse(json));
    items.push(...page.value);
    next = page["@odata.nextLink"];
  }
  return items;
}
