import { createHash } from "node:crypto";
import { makeReport, openWorld, type World } from "../integration/world";
import { type GuardedApp, startGuardedApp } from "./easy-auth";

/** The built app with the host's keys: parts of files, headers alone, and links that open a report once, on two instances. */
let world: World;
let apps: GuardedApp[];
const at = (instance: number) => apps[instance] as GuardedApp;

beforeAll(async () => {
  world = await openWorld({ groups: 60 });
  await makeReport(world);
  const environment = { HTTP_AUTH: "key", AzureWebJobsStorage: world.storage.connectionString };
  apps = await Promise.all([startGuardedApp(environment, false), startGuardedApp(environment, false)]);
});
afterAll(async () => {
  await Promise.all(apps.map((app) => app.stop()));
  await world.close();
});

const ask = (instance: number, path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(`${at(instance).url}/api/${path}`, { method, headers: { "x-functions-key": at(instance).key, ...headers } });

test("a file that was cut at one instance is gone on with at another, by its ETag, which is its SHA-256", async () => {
  const identity = { "accept-encoding": "identity" };
  const head = await ask(0, "reports/latest/csv", identity, "HEAD");
  const [bytes, etag] = [Number(head.headers.get("content-length")), String(head.headers.get("etag"))];
  const first = Buffer.from(await (await ask(0, "reports/latest/csv", { ...identity, range: "bytes=0-999" })).arrayBuffer());
  const rest = await ask(1, "reports/latest/csv", { ...identity, range: "bytes=1000-", "if-range": etag });
  expect([head.status, rest.status, rest.headers.get("content-range")]).toEqual([200, 206, `bytes 1000-${bytes - 1}/${bytes}`]);
  const whole = Buffer.concat([first, Buffer.from(await rest.arrayBuffer())]);
  expect(etag).toBe(`"${createHash("sha256").update(whole).digest("hex")}"`);
});

test("a link from one instance opens the report at another without a key, and at none again", async () => {
  const { location } = (await (await ask(0, "reports/latest/tickets", {}, "POST")).json()) as { location: string };
  const opened = await fetch(`${at(1).url}${location}`);
  expect([opened.status, opened.headers.get("content-security-policy")]).toEqual([200, expect.stringMatching(/^sandbox /)]);
  for (const { url } of apps) expect((await fetch(`${url}${location}`)).status).toBe(410);
});

test("the host's key in the address opens no HTML report", async () => {
  const { url, key } = at(0);
  expect((await fetch(`${url}/api/reports/latest/html?code=${key}`)).status).toBe(403);
  expect((await fetch(`${url}/api/reports/latest/csv?code=${key}`)).status).toBe(200);
  expect((await fetch(`${url}/api/reports/latest/tickets`, { method: "POST" })).status).toBe(401);
});
