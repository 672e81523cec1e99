// Peak memory of the program under answers that no honest Graph would send. Usage: npm run build && node bench/sizes.mjs
import { runTypeScript } from "./bundle-test.mjs";

process.exitCode = await runTypeScript("test/integration/print-sizes.ts", process.argv.slice(2));
