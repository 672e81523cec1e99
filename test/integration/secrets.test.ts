import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { runCommand } from "./command-line";
import { PFX_PASSWORD, type SecureSimulator, startSecureSimulator } from "./secure-simulator";

/** Whole runs by the built command line, with every event logged and tokens that end on the way: what they leave behind holds nothing that opens a door. */
let secure: SecureSimulator;

beforeAll(async () => {
  secure = await startSecureSimulator({ groups: 60, switches: { shortPages: true } });
});
afterAll(() => secure.close());

/** Everything in a folder, Azurite's tables and blobs among it. */
function readAll(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

function expectNoSecret(text: string): void {
  const { simulator, certificate } = secure;
  const secrets = [
    simulator.credentials.clientSecret,
    PFX_PASSWORD,
    certificate.key.split("\n")[1] ?? "",
    simulator.identityHeader,
  ];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(text.includes(secret)).toBe(false);
  }
  // Tokens and assertions are JWTs.
  expect(/eyJ[\w-]{10,}\.[\w-]{10,}|Bearer [\w.-]{10}|PRIVATE KEY|client_assertion=/.exec(text)?.[0]).toBeUndefined();
}

test.each(["client-secret", "certificate (PFX)", "workload-identity"])("%s", async (kind) => {
  const { folder, kinds, simulator } = secure;
  const environment = { ...kinds[kind], FEATURES: "all" };
  const [out, data] = [path.join(folder, "out"), path.join(folder, "data")];
  // By what has been asked, not by the time: between two revocations each request has its second try.
  let answered = 0;
  simulator.tamper = (host, _request, reply) => {
    if (host === "graph" && ++answered % 12 === 0) simulator.revokeAll();
    return reply;
  };
  try {
    const { code, stdout, stderr } = await runCommand(["run", "--out", out, "--data", data, "--verbose", "--json"], environment);
    expect([stderr, code]).toEqual(["", 0]);
    const { tokens, groups } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
      tokens: { acquired: number; challenges: number };
      groups: number;
    };
    expect(groups).toBe(60);
    expect([tokens.acquired > 1, tokens.challenges > 0]).toEqual([true, true]);
    const left = readAll(data) + readAll(out) + stdout;
    expect(left.length).toBeGreaterThan(200_000);
    expectNoSecret(left);
  } finally {
    simulator.tamper = undefined;
    for (const place of [out, data]) rmSync(place, { recursive: true, force: true });
  }
});

test.each([
  ["a wrong secret", () => ({ ...secure.application, AZURE_CLIENT_SECRET: "a-wr0ng-secret-value-3141" })],
  [
    "a PFX with a wrong password",
    () => ({ ...secure.kinds["certificate (PFX)"], AZURE_CLIENT_CERTIFICATE_PASSWORD: "a-wr0ng-p4ssword-2718" }),
  ],
  [
    "a federated token that is spoilt",
    () => ({ ...secure.application, AZURE_FEDERATED_TOKEN_FILE: secure.file("spoilt", secure.assertion({ sub: "other" })) }),
  ],
])("what %s makes it say, its stack and cause with it, holds no secret either", async (_, environment) => {
  const data = path.join(secure.folder, "none");
  const run = await runCommand(["run", "--out", path.join(secure.folder, "out"), "--data", data, "--verbose"], environment());
  const doctor = await runCommand(["doctor", "--data", data], environment());
  expect([run.code, doctor.code]).toEqual([1, 1]);
  expect(run.stderr).toMatch(/\n +at /);
  const text = run.stdout + run.stderr + doctor.stdout + doctor.stderr;
  expectNoSecret(text);
  expect(text).not.toMatch(/wr0ng/);
});
