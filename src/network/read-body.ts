/** What an answer of Graph or Entra may hold once decoded; the largest honest one is a page of some MB. */
export const MOST_ANSWER_BYTES = 64 * 2 ** 20;
/** A usage report is handed on as it comes: a row takes some 300 bytes, and no tenant has three million groups. */
export const MOST_REPORT_BYTES = 2 ** 30;
/** An error's body gives its words alone. */
const MOST_ERROR_BYTES = 256 * 2 ** 10;
/** Small values take more room once parsed than as text: 64 MB of `[` would be gigabytes. A page of 999 groups holds 100,000. */
const MOST_VALUES = 1_000_000;

/** More than may be read. The rest is not taken: the connection is closed, so memory does not grow with what is sent. */
export class TooLarge extends Error {
  override name = "TooLarge";
}

const tooLarge = (bytes: number) =>
  new TooLarge(`more than ${bytes >= 2 ** 30 ? `${bytes / 2 ** 30} GB` : `${bytes / 2 ** 20} MB`}`);

/** Hands a body on while it is counted, after decompression. @throws TooLarge. */
export async function* counted(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > most) throw tooLarge(most);
    yield chunk;
  }
}

/** A whole answer as text. @throws TooLarge; of an error's body the beginning is read, and no more. */
export async function readText(response: Response): Promise<string> {
  if (response.body === null) return "";
  const body = response.body as AsyncIterable<Uint8Array>;
  if (response.ok) {
    if (Number(response.headers.get("content-length")) > MOST_ANSWER_BYTES) {
      await response.body.cancel();
      throw tooLarge(MOST_ANSWER_BYTES);
    }
    return decode(counted(body, MOST_ANSWER_BYTES));
  }
  return decode(beginning(body, MOST_ERROR_BYTES));
}

export async function decode(body: AsyncIterable<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of body) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}

async function* beginning(body: AsyncIterable<Uint8Array>, most: number): AsyncGenerator<Uint8Array> {
  let left = most;
  for await (const chunk of body) {
    yield chunk.subarray(0, left);
    left -= chunk.length;
    if (left <= 0) return;
  }
}

/** JSON.parse for what others send. @throws TooLarge, SyntaxError. */
export function parseJson(text: string): unknown {
  if (text.length > MOST_VALUES && countValues(text) > MOST_VALUES) throw new TooLarge("more than a million values");
  return JSON.parse(text);
}

const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const BRACKET = 91;
const BRACE = 123;

/** Commas and opening brackets outside of strings; it stops where there are too many. */
function countValues(text: string): number {
  let values = 0;
  let inString = false;
  for (let at = 0; at < text.length && values <= MOST_VALUES; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === BACKSLASH) at++;
      else if (code === QUOTE) inString = false;
    } else if (code === QUOTE) inString = true;
    else if (code === COMMA || code === BRACKET || code === BRACE) values++;
  }
  return values;
}
