import { execFile } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { PERMISSIONS, permissionsFor } from "../../../src/model/permissions";
import { grantScript } from "../../../src/admin/grants/grant-script";
import { type Simulator, startSimulator } from "../../../simulator";
import { runInTerminal } from "../../integration/in-terminal";
import { LIES } from "./lies";
import { installAz, signedIn } from "./signed-in";

/** The script in a real shell, with a stand-in for `az` that sends what it is told to the simulated Graph. */
const DEFAULT_SET = permissionsFor(["teams"])
  .map(({ name }) => name)
  .toSorted();
const HOSTILE = `O'Brien $(touch pwned) \`touch pwned\` "; touch pwned; ' & | %27 * \\`;

let folder: string;
let simulator: Simulator;
let searchPath: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  simulator = await startSimulator({ groups: 1 });
  searchPath = await installAz(folder);
  simulator.principals.others.push(
    {
      id: "cccccccc-0000-4000-8000-000000000001",
      appId: "cccccccc-0000-4000-8000-00000000000a",
      displayName: HOSTILE,
      servicePrincipalType: "Application",
    },
    {
      id: "cccccccc-0000-4000-8000-000000000002",
      appId: "cccccccc-0000-4000-8000-00000000000b",
      displayName: "twin",
      servicePrincipalType: "Application",
    },
    {
      id: "cccccccc-0000-4000-8000-000000000003",
      appId: "cccccccc-0000-4000-8000-00000000000c",
      displayName: "Twin",
      servicePrincipalType: "Application",
    },
  );
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  Object.assign(simulator.switches, {
    permissions: new Set<string>(),
    administrator: { scopes: ["AppRoleAssignment.ReadWrite.All", "Application.Read.All"], isPrivileged: true },
  });
});

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

async function write(identity: string, revoke = false): Promise<string> {
  const file = path.join(folder, "script.sh");
  const permissions = revoke ? PERMISSIONS : permissionsFor(["teams"]);
  await writeFile(file, grantScript({ identity, permissions, revoke, graphEndpoint: simulator.graphEndpoint }));
  return file;
}

async function runScript(identity: string, revoke = false, token?: string, options = ["--yes"]): Promise<Ended> {
  const file = await write(identity, revoke);
  const run = (args: string[]) =>
    new Promise<Ended>((resolve) =>
      execFile("sh", args, { cwd: folder, env: signedIn(simulator, searchPath, token) }, (error, stdout, stderr) =>
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
      ),
    );
  expect(await run(["-n", file])).toEqual({ code: 0, stdout: "", stderr: "" });
  return run([file, ...options]);
}
const permissions = () => [...simulator.switches.permissions].toSorted();

test.each([
  ["name", () => simulator.principals.own.displayName],
  ["object id", () => simulator.principals.own.id],
  ["application id", () => simulator.principals.own.appId],
])("it grants to an identity known by its %s, and a second time finds all held", async (_kind, identity) => {
  const first = await runScript(identity());
  expect([first.code, first.stderr, permissions()]).toEqual([0, "", DEFAULT_SET]);
  expect(first.stdout.match(/: granted$/gm)?.length).toBe(5);
  const second = await runScript(identity());
  expect([second.code, second.stdout.match(/: held already$/gm)?.length, permissions()]).toEqual([0, 5, DEFAULT_SET]);
});

test("it revokes this software's permissions and no others", async () => {
  simulator.switches.permissions = new Set(["Mail.Send", "Sites.Read.All", "User.Read.All"]);
  const { code, stdout, stderr } = await runScript(simulator.principals.own.displayName, true);
  expect([code, stderr, permissions()]).toEqual([0, "", ["Mail.Send"]]);
  expect(stdout).toContain("Sites.Read.All: revoked");
  expect(stdout).toContain("AuditLog.Read.All: not held");
});

test("a hostile name is a name to the shell and to Graph", async () => {
  const { code, stdout } = await runScript(HOSTILE);
  expect([code, stdout.match(/: granted$/gm)?.length]).toEqual([0, 5]);
  expect(stdout).toContain(
    `Identity: ${HOSTILE}\n  kind                Application\n  object id           cccccccc-0000-4000-8000-000000000001`,
  );
  expect(await readdir(folder)).not.toContain("pwned");
});

test("it ends at the first thing that goes wrong, with words", async () => {
  const unknown = await runScript("nobody");
  expect([unknown.code, unknown.stderr]).toEqual([1, "No application or managed identity of this tenant has the name nobody\n"]);
  const twins = await runScript("twin");
  expect([twins.code, twins.stderr]).toMatchObject([1, expect.stringMatching(/Several have the name.*0002 .*0003/)]);
  expect((await runScript("nobody", false, "")).stderr).toMatch(/az login[^]*could not be asked/);
  simulator.switches.administrator = { ...simulator.switches.administrator, isPrivileged: false };
  const refused = await runScript(simulator.principals.own.displayName);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toMatch(/GroupMember\.Read\.All: not granted\.[^]*Privileged Role Administrator/);
  expect(permissions()).toEqual([]);
});

test("it shows whom it is about, and does nothing unless somebody says yes", async () => {
  const { own } = simulator.principals;
  const nobody = await runScript(own.displayName, false, undefined, []);
  expect([nobody.code, nobody.stderr]).toEqual([
    1,
    expect.stringMatching(/^Nothing was changed: there is no terminal to ask in/),
  ]);
  expect(nobody.stdout).toContain(`  owner organization  none, as of every managed identity\n`);
  const file = await write(own.displayName);
  const no = await runInTerminal(["sh", file], signedIn(simulator, searchPath), /\[yes\/no\]/, "no\n");
  expect([no.code, no.screen]).toEqual([1, expect.stringContaining("Nothing was changed. Answer yes")]);
  expect(permissions()).toEqual([]);
  const yes = await runInTerminal(["sh", file], signedIn(simulator, searchPath), /Give 5 permissions\? \[yes\/no\]/, "yes\n");
  expect([yes.code, permissions()]).toEqual([0, DEFAULT_SET]);
});

test.each(LIES)("it believes no answer in which %s", async (_lie, change) => {
  simulator.tamper = change;
  for (const revoke of [false, true]) {
    const { code, stderr } = await runScript(simulator.principals.own.displayName, revoke);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/Nothing was changed/)]);
  }
  simulator.tamper = undefined;
  expect(permissions()).toEqual([]);
});
