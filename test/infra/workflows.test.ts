import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { bicep, ROOT } from "./deployment";

const folder = path.join(ROOT, ".github/workflows");
const WORKFLOWS = readdirSync(folder);
const textOf = (name: string) => readFileSync(path.join(folder, name), "utf8");

test.each(WORKFLOWS)("%s names every action by its full commit, and the version beside it", (name) => {
  const uses = [...textOf(name).matchAll(/uses: (\S+)(.*)$/gm)].filter(([, action = ""]) => !action.startsWith("./"));
  for (const [, action = "", comment = ""] of uses) {
    expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
    expect(comment).toMatch(/^ # v\d+\.\d+\.\d+$/);
  }
  expect(uses.length).toBeGreaterThan(0);
});

test.each(WORKFLOWS)("%s may read the repository and nothing else, holds no secret and keeps no credentials", (name) => {
  const text = textOf(name);
  expect(text).toMatch(/^permissions:\n {2}contents: read\n\n/m);
  expect(text).not.toMatch(/secrets\./);
  const checkouts = [...text.matchAll(/actions\/checkout/g)].length;
  expect([...text.matchAll(/persist-credentials: false/g)].length).toBe(checkouts);
});

/** The jobs of a workflow: the text of each. */
function jobsOf(name: string): Map<string, string> {
  const parts = (textOf(name).split(/^jobs:\n/m)[1] ?? "").split(/^ {2}([\w-]+):\n/m).slice(1);
  return new Map(parts.flatMap((part, at) => (at % 2 === 0 ? [[part, parts[at + 1] ?? ""] as const] : [])));
}

test("only the jobs that sign and that deploy may ask for a token of their identity, after everything was verified; neither runs what npm brings", () => {
  const granting = WORKFLOWS.flatMap((name) =>
    [...jobsOf(name)].filter(([, text]) => text.includes("id-token: write")).map(([job]) => `${name} ${job}`),
  );
  // The job "verify" of deploy.yml is the call of verify.yml: it hands on what "attest" needs.
  expect(granting.toSorted()).toEqual(["deploy.yml deploy", "deploy.yml verify", "verify.yml attest"]);
  expect(jobsOf("deploy.yml").get("verify")).toMatch(/^ {4}uses: \.\/\.github\/workflows\/verify\.yml\n/);
  expect(jobsOf("deploy.yml").get("deploy")).toMatch(/^ {4}needs: verify\n/);
  expect(jobsOf("verify.yml").get("attest")).toMatch(/^ {4}needs: package\n/);
  expect(jobsOf("verify.yml").get("package")).toMatch(/^ {4}needs: verify\n/);
  for (const text of [jobsOf("deploy.yml").get("deploy"), jobsOf("verify.yml").get("attest")])
    expect(text).not.toMatch(/\bnpm\b/);
});

test("what is deployed is what was built: by a sum that did not come with it, and by its attestation", () => {
  const verify = textOf("verify.yml");
  expect(verify).toContain("value: ${{ jobs.package.outputs.sha256 }}");
  expect(jobsOf("verify.yml").get("package")).toMatch(/outputs:\n {6}sha256: \$\{\{ steps\.sum\.outputs\.sha256 \}\}/);
  expect(jobsOf("verify.yml").get("attest")).toMatch(/actions\/attest-build-provenance@\w{40}/);
  const deploying = jobsOf("deploy.yml").get("deploy") ?? "";
  const at = (text: string) => {
    expect(deploying).toContain(text);
    return deploying.indexOf(text);
  };
  const sum = at("SHA256: ${{ needs.verify.outputs.sha256 }}");
  const attestation = at(
    'gh attestation verify package/groups-report-*.zip --repo "$GITHUB_REPOSITORY" --source-digest "$GITHUB_SHA"',
  );
  expect([sum < attestation, attestation < at("azure/login"), attestation < at("config-zip")]).toEqual([true, true, true]);
  // Never by the file that comes with it.
  expect(deploying).not.toMatch(/\*\.sha256/);
});

test("verify runs .ci/run with the oldest Node.js of the command line and with Azure's", () => {
  expect(textOf("verify.yml")).toMatch(/node: \["20", "22"\]/);
  expect(textOf("verify.yml")).toMatch(/run: bash \.ci\/run$/m);
});

test("deploy hands the parameter file every variable that it reads", () => {
  const parameters = readFileSync(path.join(ROOT, "infra/main.bicepparam"), "utf8");
  for (const [, name = ""] of parameters.matchAll(/readEnvironmentVariable\('([A-Z_]+)'/g)) {
    expect(textOf("deploy.yml")).toMatch(new RegExp(`^ {6}${name}: \\$\\{\\{ vars\\.${name}\\b`, "m"));
  }
});

test("a variable that the environment leaves empty does not break the parameter file", () => {
  const empty = { AZURE_RESOURCE_GROUP: "", AUTH_CLIENT_ID: "", ALERT_EMAIL: "", EXISTING_WORKSPACE_ID: "" };
  expect(bicep(["build-params", "infra/main.bicepparam", "--stdout"], empty).status).toBe(0);
});
