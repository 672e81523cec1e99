// The console page's script and style sheet, which go into the programs as text: src/web/console, bundled for browsers.
import { build } from "esbuild";
import path from "node:path";

/** `contents` is JSON of { script, style }; the metafile tells the package's list what is in it. */
export async function buildConsole() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: path.join(import.meta.dirname, ".."),
    entryPoints: { script: "src/web/console/main.ts", style: "src/web/console/console.css" },
    bundle: true,
    minify: true,
    format: "iife",
    target: ["es2022", "chrome109", "firefox115", "safari16"],
    write: false,
    metafile: true,
    outdir: "dist",
    logLevel: "warning",
  });
  const textOf = (extension) => outputFiles.find((file) => file.path.endsWith(extension)).text.trim();
  return { contents: JSON.stringify({ script: textOf(".js"), style: textOf(".css") }), metafile };
}

/** Answers the import of "console-assets" (src/api/console-assets.d.ts) with them. */
export function consoleAssets(contents) {
  return {
    name: "console-assets",
    setup: ({ onResolve, onLoad }) => {
      onResolve({ filter: /^console-assets$/ }, () => ({ path: "console-assets", namespace: "console" }));
      onLoad({ filter: /.*/, namespace: "console" }, () => ({ contents, loader: "json" }));
    },
  };
}
