import { readFileSync } from "node:fs";
import path from "node:path";

/** @see https://github.com/package-url/purl-spec */
function purl({ name, version }) {
  const at = name.startsWith("@") ? `%40${name.slice(1)}` : name;
  return `pkg:npm/${at}@${version}`;
}

function licences(expression) {
  return /^[\w.-]+$/.test(expression)
    ? [{ license: { id: expression } }]
    : [{ expression: expression.replace(/^\((.*)\)$/, "$1") }];
}

/**
 * The bill of materials of the package: CycloneDX 1.6, with exactly the packages that are in the bundle. It names no time
 * and no random number: the same source gives the same file.
 * @param {string} root
 * @param {import("./bundled-packages.mjs").Package[]} packages
 */
export function sbom(root, packages) {
  const app = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const locked = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: {
      component: {
        type: "application",
        "bom-ref": purl(app),
        name: app.name,
        version: app.version,
        licenses: licences(app.license),
        purl: purl(app),
      },
    },
    components: packages.map((one) => {
      const [, algorithm, digest] = /^(sha512)-(.+)$/.exec(locked[one.folder]?.integrity ?? "") ?? [];
      return {
        type: "library",
        "bom-ref": `${purl(one)}#${one.folder}`,
        name: one.name,
        version: one.version,
        ...(algorithm ? { hashes: [{ alg: "SHA-512", content: Buffer.from(digest, "base64").toString("hex") }] } : {}),
        licenses: licences(one.license),
        purl: purl(one),
      };
    }),
  };
}
