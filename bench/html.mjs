// Size of report.html, and its times in Chromium, at 1,000 and 100,000 realistic rows. Usage: node bench/html.mjs [rows ...]
import { runTypeScript } from "./bundle-test.mjs";

process.exitCode = await runTypeScript("test/browser/print-measures.ts", process.argv.slice(2));
