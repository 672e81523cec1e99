// Pictures of every view of the report, for the docs. Usage: npm run screenshots
import { runTypeScript } from "./bundle-test.mjs";

process.exitCode = await runTypeScript("test/browser/take-screenshots.ts");
