/** How the server tells its callers apart: it says so in the page. */
export const AUTH = document.documentElement.dataset["auth"] === "entra" ? "entra" : "key";

/** A call that was refused or failed, in words for the reader. */
export class CallError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** The run that is in the way of a start. */
    readonly runId?: string,
  ) {
    super(message);
  }

  /** The key, or the sign-in, is missing or wrong. */
  get isUnknownCaller(): boolean {
    return this.status === 401;
  }
}

// The key stands here and nowhere else: not in the page, its address, its history or the browser's storage.
let key: string | undefined;
export const setKey = (text: string | undefined): void => {
  key = text;
};

const NOT_SIGNED_IN = "You are not signed in, or not any more. Reports are for those who have a role in this app.";
const UNKNOWN_KEY = "The app does not know this key. Check that it was copied whole.";

/** Asks a route of the app. @throws CallError for whatever is no success. */
export async function call(
  method: "GET" | "POST" | "DELETE",
  path: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  // A header can't hold it; no key has such a sign.
  if (key !== undefined && /[^\x21-\x7e]/.test(key)) throw new CallError(401, UNKNOWN_KEY);
  let response: Response;
  try {
    response = await fetch(`/api/${path}`, {
      method,
      // A redirect leads to a sign-in page, which no script can read.
      redirect: "manual",
      cache: "no-store",
      headers: { ...headers, "x-requested-with": "XMLHttpRequest", ...(key === undefined ? {} : { "x-functions-key": key }) },
    });
  } catch {
    throw new CallError(0, "The app can't be reached. Is it running, and are you online?");
  }
  if (response.ok) return response;
  throw await toError(response);
}

export async function ask<T>(path: string, method: "GET" | "POST" | "DELETE" = "GET"): Promise<T> {
  return (await (await call(method, path)).json()) as T;
}

async function toError(response: Response): Promise<CallError> {
  if (response.type === "opaqueredirect") return new CallError(401, NOT_SIGNED_IN);
  const { status } = response;
  const problem = await readProblem(response);
  if (status === 401) return new CallError(401, AUTH === "entra" ? NOT_SIGNED_IN : UNKNOWN_KEY);
  if (problem) return new CallError(status, `${problem.title}. ${problem.detail}`, problem.runId);
  if (status === 403)
    return new CallError(
      403,
      "Access was refused before the app was asked: by the sign-in in front of it, or by its network rules.",
    );
  if (status === 404) return new CallError(404, "There is no such thing here. Is this the app's own address?");
  if (status === 429) return new CallError(429, "The app is asked too often. Wait a minute.");
  return new CallError(
    status,
    `The app answered ${status} and no reason. It may be starting: try again in a minute, and look at its log if it stays so.`,
  );
}

async function readProblem(response: Response): Promise<{ title: string; detail: string; runId?: string } | undefined> {
  if (!response.headers.get("content-type")?.startsWith("application/problem+json")) return undefined;
  const { title, detail, runId } = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (typeof title !== "string" || typeof detail !== "string") return undefined;
  return { title, detail, ...(typeof runId === "string" ? { runId } : {}) };
}
