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

test("only the job that deploys may ask for a token of its identity, and only after everything was verified", () => {
  const granting = WORKFLOWS.filter((name) => textOf(name).includes("id-token: write"));
  expect(granting).toEqual(["deploy.yml"]);
  const jobs = textOf("deploy.yml").split(/^jobs:\n/m)[1] ?? "";
  const deploying = jobs.slice(jobs.indexOf("\n  deploy:"));
  expect(deploying).toMatch(/^\n {2}deploy:\n {4}needs: verify\n/);
  expect(jobs.indexOf("id-token")).toBeGreaterThan(jobs.indexOf("\n  deploy:"));
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
