import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** @typedef {{ name: string, version: string, license: string, folder: string }} Package  license: an SPDX expression */

const IN_PACKAGE = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** The inputs that left bytes in a build's output, as esbuild's metafile tells. */
function inputsOf(metafile) {
  return Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([input]) => input),
  );
}

/**
 * The packages of which something is really in dist/functions.js, by name. Text that a plugin brings in from another build
 * (an input `NAMESPACE:…`) is told by that build's own metafile, dist/NAMESPACE.meta.json.
 * @param {string} root
 * @returns {Package[]}
 */
export function bundledPackages(root) {
  const read = (name) => JSON.parse(readFileSync(path.join(root, "dist", `${name}.meta.json`), "utf8"));
  const folders = new Set();
  const pending = ["functions"];
  for (const build of pending) {
    for (const input of inputsOf(read(build))) {
      const namespace = /^([a-z-]{2,}):/.exec(input)?.[1];
      if (namespace !== undefined) {
        if (!existsSync(path.join(root, "dist", `${namespace}.meta.json`))) {
          throw new Error(
            `dist/${build}.meta.json names "${input}", but no dist/${namespace}.meta.json tells what is in it: let its build write one.`,
          );
        }
        if (!pending.includes(namespace)) pending.push(namespace);
        continue;
      }
      const folder = IN_PACKAGE.exec(input)?.[1];
      if (folder !== undefined) folders.add(folder);
    }
  }
  const packages = [...folders].map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
    if (!name || !version || typeof license !== "string")
      throw new Error(`${folder}/package.json lacks a name, a version or a licence.`);
    return { name, version, license, folder };
  });
  return packages.toSorted((a, b) => (a.folder < b.folder ? -1 : 1));
}
