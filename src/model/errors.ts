/** What a caller may switch on. A code never changes its meaning; the message may. */
export type ErrorCode =
  | "setting-invalid"
  | "identity-unknown"
  | "identity-ambiguous"
  | "identity-foreign"
  | "credential-unavailable"
  | "token-refused"
  | "graph-throttled"
  | "graph-unavailable"
  | "graph-denied"
  | "graph-unauthorized"
  | "graph-not-found"
  | "graph-page-token-expired"
  | "graph-bad-request"
  | "graph-untrusted-link"
  | "graph-contradiction"
  | "graph-list-endless"
  | "graph-answer-too-large"
  | "certificate-untrusted"
  | "proxy-refused"
  | "report-incomplete"
  | "run-in-progress"
  | "run-not-found"
  | "storage-unavailable"
  | "data-newer"
  | "output-unwritable"
  | "output-altered"
  | "cancelled";

export interface ReportErrorOptions {
  cause?: unknown;
  /** HTTP status, where a response was the reason. */
  status?: number;
  /** Graph's own `request-id`, for a support ticket. */
  requestId?: string;
  /** Graph's `error.code`, the deepest known. */
  graphCode?: string;
  /** Seconds to wait before trying again makes sense; throttling and outages only. */
  waitSeconds?: number;
  /** Names the run that is in the way (run-in-progress). */
  runId?: string;
}

/**
 * The one error of this software. Its message says what happened, to what, and what to do, in one line that an
 * administrator can read; it never holds a token, a secret or a signed URL.
 */
export class ReportError extends Error {
  readonly code: ErrorCode;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly graphCode: string | undefined;
  readonly waitSeconds: number | undefined;
  readonly runId: string | undefined;

  constructor(code: ErrorCode, message: string, options: ReportErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "ReportError";
    this.code = code;
    this.status = options.status;
    this.requestId = options.requestId;
    this.graphCode = options.graphCode;
    this.waitSeconds = options.waitSeconds;
    this.runId = options.runId;
  }
}

export function isReportError(error: unknown, ...codes: ErrorCode[]): error is ReportError {
  return error instanceof ReportError && (codes.length === 0 || codes.includes(error.code));
}

/** What moves a terminal's cursor, starts a sequence that it obeys, ends a line, or turns text round (Unicode's bidirectional controls). */
// eslint-disable-next-line no-control-regex
export const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\ufff9-\ufffb]/g;

/** Text that anybody may have written, such as a claim or a name, for a terminal. */
export function withoutControls(text: string): string {
  return text.replace(CONTROLS, "?");
}

/** One line, whatever was thrown: for logs and for the last word of the command line. */
export function oneLine(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return withoutControls(text.replace(/\s+/g, " ").trim());
}

/** Tokens and assertions (JWTs or what follows Bearer), signed addresses, storage keys. */
const SECRETS =
  /\beyJ[\w-]{8,}(?:\.[\w-]*)*|(?<=\bBearer )[^\s"',]+|(?<=[?&]sig=)[^&\s"']+|(?<=\b(?:AccountKey|SharedAccessSignature)=)[^;\s"']+/g;

/** For `--verbose`: where it was thrown, and what stands behind it. Others' words may repeat a secret, which is left out. */
export function details(error: unknown): string {
  const parts: string[] = [];
  for (let at = error; at && parts.length < 5; at = (at as { cause?: unknown }).cause)
    parts.push(at instanceof Error ? (at.stack ?? at.message) : String(at));
  return parts.join("\nCaused by: ").replace(SECRETS, "…");
}
