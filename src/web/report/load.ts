import type { Block, PageFacts } from "../../report/html/page-data";
import { byId } from "./element";
import { type Data, joinBlocks } from "./data";

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let at = 0; at < binary.length; at++) bytes[at] = binary.charCodeAt(at);
  return bytes;
}

async function readBlock(holder: Element): Promise<Block> {
  const bytes = fromBase64(holder.textContent);
  holder.remove();
  return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"))).json() as Promise<Block>;
}

/** Reads the rows out of the page's own elements (write-html.ts), and removes them: they are half of its memory. */
export async function loadData(): Promise<Data> {
  const facts = JSON.parse(byId("facts").textContent) as PageFacts;
  return joinBlocks(facts, await Promise.all([...document.querySelectorAll("script.rows")].map(readBlock)));
}
