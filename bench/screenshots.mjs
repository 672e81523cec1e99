// Pictures of every view of the report and of the console page, for the docs. Usage: npm run screenshots
import { runTypeScript } from "./bundle-test.mjs";

for (const program of ["take-screenshots", "take-console-pictures"])
  process.exitCode ||= await runTypeScript(`test/browser/${program}.ts`);
