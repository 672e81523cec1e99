import { isReportError } from "../../src/model/errors";

/** The message of a setting that was refused: one line, with its code. */
export function refusal(load: () => unknown): string {
  try {
    load();
  } catch (error) {
    if (!isReportError(error, "setting-invalid")) throw error;
    if (/[\r\n]/.test(error.message)) throw new Error(`more than one line: ${error.message}`, { cause: error });
    return error.message;
  }
  throw new Error("the settings were taken");
}
