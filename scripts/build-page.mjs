// The HTML report's own script and style, as texts in a module `report-page` that every bundle inlines. The report is one
// file: nothing can be loaded beside it, and its Content-Security-Policy allows these two texts by their hashes.
import { build } from "esbuild";
import path from "node:path";

const root = path.join(import.meta.dirname, "..");

/** `contents` is the module; the metafile tells the package's list what is in it. */
export async function buildPage() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: { page: "src/web/report/main.ts", style: "src/web/report/page.css" },
    bundle: true,
    minify: true,
    format: "iife",
    platform: "browser",
    // The first with all that the page asks of a browser (the newest of it is CSS light-dark), all of before June 2024.
    target: ["chrome123", "firefox120", "safari17.5"],
    charset: "ascii",
    legalComments: "none",
    outdir: "dist",
    write: false,
    metafile: true,
    logLevel: "warning",
    tsconfig: "tsconfig.browser.json",
  });
  const textOf = (name) => outputFiles.find((file) => path.basename(file.path) === name).text.trim();
  const script = textOf("page.js");
  const style = textOf("style.css");
  if (/<\/script|<!--/i.test(script) || /<\/style/i.test(style)) throw new Error("the page's own code would end its element");
  const contents = `exports.PAGE_SCRIPT = ${JSON.stringify(script)};\nexports.PAGE_STYLE = ${JSON.stringify(style)};\n`;
  return { contents, metafile };
}

/** Gives the module to a bundle. */
export function reportPage(contents) {
  return {
    name: "report-page",
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^report-page$/ }, () => ({ path: "report-page", namespace: "report-page" }));
      onLoad({ filter: /.*/, namespace: "report-page" }, () => ({ contents, loader: "js" }));
    },
  };
}
