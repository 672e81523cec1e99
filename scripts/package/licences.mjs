import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

/**
 * The licences of what is bundled, as they want to be handed on with it.
 * @param {string} root
 * @param {import("./bundled-packages.mjs").Package[]} packages
 */
export function licenceTexts(root, packages) {
  const parts = packages.map(({ name, version, license, folder }) => {
    const at = path.join(root, folder);
    const files = readdirSync(at).filter((file) => /^(licen[cs]e|copying|notice|thirdparty|third-party)/i.test(file));
    const texts = files.toSorted().map((file) => readFileSync(path.join(at, file), "utf8").replaceAll("\r\n", "\n").trim());
    return [`${name} ${version} (${license})`, ...(texts.length ? texts : ["The package holds no licence text."])].join("\n\n");
  });
  return `What is bundled in functions.js, with its licences.\n\n${parts.join(`\n\n${"-".repeat(80)}\n\n`)}\n`;
}
