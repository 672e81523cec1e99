import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { startRun } from "../../src/runs/start-run";
import type { Summary } from "../../src/model/report";
import { dice } from "../orchestration/scripted-run";
import { secureAuthority } from "./sign-in";
import { makeReport, openWorld, readOutput, type World } from "./world";

/** Tokens end, and are revoked, in the middle of a run, by real lives of ten seconds. */
const LIFE_SECONDS = 10;
const LIVES = 10;
const GROUPS = 1300;

const entra = secureAuthority();
let world: World;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "token-life-"));
  const key = path.join(folder, "certificate.pem");
  writeFileSync(key, entra.certificate.key + entra.certificate.cert);
  world = await openWorld({
    ...entra.options,
    groups: GROUPS,
    // Without sign-ins, which rest a minute after nine pages.
    settings: { FEATURES: "teams,sites" },
    switches: { tokenLifeSeconds: LIFE_SECONDS, latencyMs: 1900, shortPages: true, identityLatencyMs: 150 },
    signIn: (simulator) => ({ choice: entra.byCertificate(simulator, key), ca: entra.ca }),
  });
});
afterAll(async () => {
  await world.close();
  rmSync(folder, { recursive: true });
});

/** What a run's tokens cost, against the rule: renewal at half of a life this short, and after each revocation that is met. */
function countUndemanded(issued: readonly { at: number; expiresAt: number }[], revocations: readonly number[]): number {
  return issued.slice(1).filter(({ at }, before) => {
    const last = issued[before];
    if (!last) return false;
    const isDue = at - last.at >= (last.expiresAt - last.at) / 2 - 100;
    return !isDue && !revocations.some((time) => time > last.at - 300 && time <= at);
  }).length;
}

test("a run across ten lives with revocations at random loses no row, and asks for no token that the rule does not demand", async () => {
  const { simulator } = world;
  const random = dice(7);
  const revocations: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  const revokeSometime = () => {
    timer = setTimeout(
      () => {
        revocations.push(Date.now());
        simulator.revokeAll();
        revokeSometime();
      },
      5000 + random() * 15_000,
    );
  };
  revokeSometime();
  const started = Date.now();
  const { summary, rows } = await makeReport(world).finally(() => clearTimeout(timer));
  const seconds = (Date.now() - started) / 1000;
  const { issued } = simulator.tokens;

  expect([summary.status, rows.length]).toEqual(["Completed", GROUPS]);
  expect(summary.sources.every(({ state }) => ["complete", "skipped", "off"].includes(state))).toBe(true);
  expect(seconds).toBeGreaterThan(LIVES * LIFE_SECONDS);
  expect(revocations.length).toBeGreaterThan(4);

  const asked = simulator.requests.filter(({ host, path: url }) => host === "identity" && url.includes("/oauth2/v2.0/token"));
  expect(asked.length).toBe(issued.length);
  expect(Math.max(...asked.map(({ together }) => together ?? 0))).toBe(1);
  expect(countUndemanded(issued, revocations)).toBeLessThanOrEqual(2);
  expect(issued.length).toBeGreaterThanOrEqual(Math.floor(seconds / LIFE_SECONDS));

  expect(summary.tokens).toMatchObject({ acquired: issued.length, renewals: issued.length - 1 });
  expect(summary.tokens.challenges).toBeGreaterThan(0);
  expect(summary.tokens.challenges).toBeLessThanOrEqual(revocations.length);
  expect(summary.tokens.longestMinutes).toBeLessThan(1);
  process.stdout.write(
    `${Math.round(seconds)} s, ${issued.length} tokens of ${LIFE_SECONDS} s, ${revocations.length} revocations, ${summary.tokens.challenges} of them met\n`,
  );
}, 400_000);

test("a challenge that is never satisfied ends the sources with what Entra said, after one more try a request", async () => {
  const { simulator, services, engine } = world;
  Object.assign(simulator.switches, { caeChallenge: "always", caePopFirst: true, latencyMs: 0, tokenLifeSeconds: 4500 });
  const before = simulator.requests.length;
  const { runId } = await startRun(services, engine);
  await engine.finished(runId);
  const summary = (await services.store.files.readSummary(runId)) as Summary;
  expect(summary.status).toBe("Failed");
  expect(summary.messages[0]).toMatch(/TokenIssuedBeforeRevocationTimestamp/);
  const byPath = new Map<string, number>();
  for (const { host, path: url } of simulator.requests.slice(before))
    if (host === "graph") byPath.set(url, (byPath.get(url) ?? 0) + 1);
  expect(Math.max(...byPath.values())).toBeLessThanOrEqual(3);
  Object.assign(simulator.switches, { caeChallenge: "none" });
});

test("challenges that are answered with their claims, in batches too and behind PoP, lose nothing", async () => {
  const { simulator } = world;
  Object.assign(simulator.switches, { caeChallenge: "none", caePopFirst: true, caeLifeSeconds: 28 * 3600, latencyMs: 20 });
  // By what has been asked, not by the time: a request that was challenged has its second try before the next challenge.
  let turned = simulator.requests.length;
  const challenging = setInterval(() => {
    if (simulator.requests.length < turned + 12) return;
    turned = simulator.requests.length;
    simulator.switches.caeChallenge = simulator.switches.caeChallenge === "once" ? "none" : "once";
  }, 20);
  try {
    const { summary, rows } = await makeReport(world);
    expect([summary.status, rows.length]).toEqual(["Completed", GROUPS]);
    expect(summary.tokens.challenges).toBeGreaterThan(0);
    expect(summary.tokens.longestMinutes).toBe(28 * 60);
  } finally {
    clearInterval(challenging);
    Object.assign(simulator.switches, { caeChallenge: "none" });
  }
});

test("no token, assertion, secret or key stands in a table, a blob, what history would hold, an event or an output", async () => {
  const { connect } = await import("../../src/store/connect");
  const { tables, container } = await connect({ kind: "connectionString", connectionString: world.storage.connectionString });
  let text = JSON.stringify([world.exchanged, world.events]);
  for (const table of Object.values(tables)) for await (const entity of table.listEntities()) text += JSON.stringify(entity);
  for await (const { name } of container.listBlobsFlat())
    text += (await container.getBlobClient(name).downloadToBuffer()).toString("latin1");
  const latest = await world.services.store.files.readLatest();
  for (const format of ["json", "csv", "html"] as const)
    text += (await readOutput(world.services, latest?.runId ?? "", format))?.toString("latin1") ?? "";
  expect(text.length).toBeGreaterThan(100_000);
  expect(text).not.toMatch(/eyJ[\w-]{10,}\.[\w-]+\.|Bearer [\w.-]{10}|PRIVATE KEY/);
  const { clientSecret } = world.simulator.credentials;
  for (const secret of [clientSecret, world.simulator.identityHeader, entra.certificate.key.split("\n")[1] ?? ""]) {
    expect(secret.length).toBeGreaterThan(10);
    expect(text).not.toContain(secret);
  }
  expect(world.simulator.assertions.length).toBeGreaterThan(LIVES);
  expect(readdirSync(folder)).toEqual(["certificate.pem"]);
  expect(readFileSync(path.join(folder, "certificate.pem"), "utf8")).toContain(entra.certificate.key.split("\n")[1]);
});
