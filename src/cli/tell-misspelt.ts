import { didYouMean, misspeltSettings } from "../misspelt-settings";

/** Says once which variables may be misspelt settings. Where stderr is no terminal it carries nothing but the error. */
export function tellMisspelt(): void {
  const out = process.stderr.isTTY ? process.stderr : process.stdout;
  for (const found of misspeltSettings(process.env)) out.write(`${didYouMean(found)}\n`);
}
