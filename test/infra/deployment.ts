import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

export const ROOT = path.join(__dirname, "../..");
export const TENANT = "11111111-1111-4111-8111-111111111111";
const SUBSCRIPTION = "22222222-2222-4222-8222-222222222222";

export interface Resource {
  id: string;
  type: string;
  name: string;
  kind?: string;
  sku?: Record<string, unknown>;
  identity?: Record<string, unknown>;
  properties?: Record<string, unknown>;
}

/** Runs infra/bicep.mjs, which restores the pinned compiler where it is missing. */
export function bicep(args: string[], environment: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [path.join(ROOT, "infra/bicep.mjs"), ...args], {
    encoding: "utf8",
    cwd: ROOT,
    env: { ...process.env, ...environment },
    maxBuffer: 64 * 1024 * 1024,
  });
  return { status, stdout, stderr };
}

const evaluated = new Map<string, Resource[]>();

/**
 * The resources that infra/main.bicep makes with these parameters (lines of a .bicepparam file), compiled and evaluated by
 * the real compiler (`bicep snapshot`). What only Azure can know stays an expression in brackets.
 * @throws Error with the compiler's words where it refuses.
 */
export function deploy(...parameters: string[]): Resource[] {
  const key = parameters.join("\n");
  const known = evaluated.get(key);
  if (known) return known;
  const folder = mkdtempSync(path.join(tmpdir(), "groups-report-bicep-"));
  try {
    const file = path.join(folder, "test.bicepparam");
    const template = path.relative(folder, path.join(ROOT, "infra/main.bicep")).split(path.sep).join("/");
    const given = ["param environmentName = 'test'", "param location = 'westeurope'", "param nationalCloud = false"];
    const named = parameters.map((line) => line.split("=")[0]?.trim());
    const lines = [...given.filter((line) => !named.includes(line.split("=")[0]?.trim())), ...parameters];
    writeFileSync(file, [`using '${template}'`, ...lines, ""].join("\n"));
    const where = [
      "--tenant-id",
      TENANT,
      "--subscription-id",
      SUBSCRIPTION,
      "--location",
      "westeurope",
      "--deployment-name",
      "test",
    ];
    const { status, stdout, stderr } = bicep(["snapshot", file, "--mode", "overwrite", ...where]);
    if (status !== 0) throw new Error(stdout + stderr);
    const { predictedResources } = JSON.parse(readFileSync(path.join(folder, "test.snapshot.json"), "utf8")) as {
      predictedResources: Resource[];
    };
    evaluated.set(key, predictedResources);
    return predictedResources;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export const ofType = (resources: Resource[], type: string) => resources.filter((resource) => resource.type === type);

export function only(resources: Resource[], type: string): Resource {
  const found = ofType(resources, type);
  if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources of type ${type}`);
  return found[0];
}

/** The app settings of the Function app. */
export function appSettings(resources: Resource[]): Record<string, string> {
  const found = ofType(resources, "Microsoft.Web/sites/config").find(({ name }) => name.endsWith("/appsettings"));
  if (!found?.properties) throw new Error("no app settings");
  return found.properties as Record<string, string>;
}
