import { didYouMean, misspeltSettings } from "../settings/misspelt";
import { complain, isWatched, say } from "../telemetry/terminal";

/** Says once which variables may be misspelt settings. Where stderr is no terminal it carries nothing but the error. */
export function tellMisspelt(): void {
  for (const found of misspeltSettings(process.env)) (isWatched() ? complain : say)(didYouMean(found));
}
