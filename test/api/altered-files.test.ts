import { createHash } from "node:crypto";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { gunzipSync, gzipSync } from "node:zlib";
import { type LocalServer, startLocalServer } from "../../src/local/server";
import type { Summary } from "../../src/model/report";
import { FORMATS, type Format, OUTPUTS } from "../../src/model/formats";
import { connect } from "../../src/store/connect";
import { writeOutputs } from "../../src/cli/output-folder";
import { makeReport, openWorld, type World } from "../integration/world";

/** Somebody who can change blobs, but not the table: nothing of theirs is handed out, and nothing of theirs runs. */
let world: World;
let server: LocalServer;
let runId: string;
const lines: string[] = [];
const written = new Map<string, Buffer>();

beforeAll(async () => {
  world = await openWorld({ groups: 60 });
  ({ runId } = await makeReport(world));
  server = await startLocalServer(world, 0, (line) => lines.push(line));
  for (const format of FORMATS) written.set(format, await stored(format));
});
afterAll(async () => {
  await server.close();
  await world.close();
});
beforeEach(async () => {
  lines.length = 0;
  for (const format of FORMATS) await put(format, written.get(format) ?? Buffer.alloc(0));
});

const ask = (format: string, headers: Record<string, string> = {}) =>
  fetch(`${server.url}/api/reports/latest/${format}`, { headers: { "x-functions-key": server.key, ...headers } });

async function container() {
  const { connectionString } = world.storage;
  return (await connect({ kind: "connectionString", connectionString })).container;
}
async function put(format: Format, content: Buffer): Promise<void> {
  const { name, gzip } = OUTPUTS[format];
  const blobHTTPHeaders = gzip ? { blobContentEncoding: "gzip" } : {};
  await (await container()).getBlockBlobClient(`runs/${runId}/${name}`).upload(content, content.length, { blobHTTPHeaders });
}
async function stored(format: Format): Promise<Buffer> {
  const file = await world.services.store.files.openOutput(runId, format);
  return file ? buffer(file.body) : Buffer.alloc(0);
}

const changes: Record<string, (bytes: Buffer, isPacked: boolean) => Buffer> = {
  "another content": (bytes, isPacked) => {
    const text = (isPacked ? gunzipSync(bytes) : bytes).toString("latin1").replace(/e/, "3");
    return isPacked ? gzipSync(Buffer.from(text, "latin1")) : Buffer.from(text, "latin1");
  },
  "one bit": (bytes) => {
    const changed = Buffer.from(bytes);
    changed[changed.length >> 1] = (changed[changed.length >> 1] ?? 0) ^ 1;
    return changed;
  },
  "cut short": (bytes) => bytes.subarray(0, -20),
  "something behind it": (bytes) => Buffer.concat([bytes, Buffer.from("behind")]),
  "the same content in two pieces, of which some readers take the first alone": (bytes, isPacked) => {
    if (!isPacked) return Buffer.concat([bytes, bytes]);
    const plain = gunzipSync(bytes);
    return Buffer.concat([gzipSync(plain.subarray(0, 900)), gzipSync(plain.subarray(900))]);
  },
  nothing: () => Buffer.alloc(0),
};
const CASES = Object.keys(changes).flatMap((change) => FORMATS.map((format): [string, Format] => [change, format]));

test.each(CASES)(
  "%s in the place of %s is refused in words, also once it has been served, and told as an error",
  async (change, format) => {
    expect((await ask(format)).status).toBe(200);
    await put(format, changes[change]?.(written.get(format) ?? Buffer.alloc(0), OUTPUTS[format].gzip) ?? Buffer.alloc(0));
    for (const headers of [{}, { "accept-encoding": "gzip" }, { range: "bytes=0-9" }]) {
      const answer = await ask(format, headers);
      expect([answer.status, answer.headers.get("content-type")]).toEqual([502, "application/problem+json"]);
      const problem = (await answer.json()) as { title: string; detail: string };
      expect(problem.title).toBe("The stored file was changed");
      expect(problem.detail).toContain(
        `The stored ${OUTPUTS[format].name} of the run ${runId} is not the file that the run wrote`,
      );
    }
    const head = await fetch(`${server.url}/api/reports/latest/${format}`, {
      method: "HEAD",
      headers: { "x-functions-key": server.key },
    });
    expect(head.status).toBe(502);
    expect(lines.map((line) => JSON.parse(line) as object)).toContainEqual(
      expect.objectContaining({ event: "request-failed", route: "getReportFile", status: 502 }),
    );
    await put(format, written.get(format) ?? Buffer.alloc(0));
    expect((await ask(format)).status).toBe(200);
  },
);

test("a summary that was changed to fit vouches for nothing", async () => {
  const { files } = world.services.store;
  const forged = gzipSync("<script>alert(1)</script>");
  const summary = (await files.readSummary(runId)) as Summary;
  const sha256 = createHash("sha256").update("<script>alert(1)</script>").digest("hex");
  await files.writeSummary(runId, { ...summary, outputs: summary.outputs.map((file) => ({ ...file, sha256, bytes: 25 })) });
  await put("html", forged);
  expect((await ask("html")).status).toBe(502);
  await files.writeSummary(runId, summary);
});

test("the command line does not copy a changed file, and says so in one line", async () => {
  await put("csv", gzipSync("changed"));
  const folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  await expect(writeOutputs(world.services.store.outputs, runId, folder)).rejects.toThrow(
    /report\.csv of the run .* is not the file/,
  );
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true });
});

test("the HTML report is sent with the policy of its own script and style, in a sandbox; no other script could run", async () => {
  const answer = await ask("html");
  const html = await answer.text();
  const policy = answer.headers.get("content-security-policy") ?? "";
  const scripts = [...html.matchAll(/<script>([^]*?)<\/script>/g)].map(([, script = ""]) => script);
  expect(scripts.length).toBe(1);
  const hash = createHash("sha256")
    .update(scripts[0] ?? "")
    .digest("base64");
  expect(policy).toMatch(/^sandbox allow-scripts allow-downloads /);
  expect(policy).toContain(`; default-src 'none'; script-src 'sha256-${hash}'; style-src 'sha256-`);
  expect(policy).not.toMatch(/unsafe|\*|http|allow-same-origin/);
  expect(policy).toContain("; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
});

test("a report of another version is sent with the hashes of that version's page, which its run's row holds", async () => {
  const { outputs, files } = world.services.store;
  const script = "document.title = 'older';";
  const page = { script: `'sha256-${createHash("sha256").update(script).digest("base64")}'`, style: "'sha256-x'" };
  async function* html() {
    yield `<!doctype html><title>x</title><script>${script}</script>`;
  }
  const { bytes, sha256, stored: packed } = await files.writeOutput(runId, "html", html());
  const before = await readRow();
  await outputs.record(runId, "html", { bytes, sha256, stored: packed, page });
  const answer = await ask("html");
  expect([answer.status, answer.headers.get("content-disposition")?.split(";")[0]]).toEqual([200, "inline"]);
  expect(answer.headers.get("content-security-policy")).toContain(`script-src ${page.script}; style-src 'sha256-x';`);
  await outputs.record(runId, "html", JSON.parse(String(before["output_html"])) as never);
});

async function readRow(): Promise<Record<string, unknown>> {
  const { connectionString } = world.storage;
  const { tables } = await connect({ kind: "connectionString", connectionString });
  return tables.runs.getEntity("run", runId);
}

test("a run from before sums were kept is still served; its page comes as a file, under this version's policy", async () => {
  const { connectionString } = world.storage;
  const { tables } = await connect({ kind: "connectionString", connectionString });
  const row = await readRow();
  const older = Object.fromEntries(Object.entries(row).filter(([name]) => !name.startsWith("output_")));
  await tables.runs.updateEntity(older as never, "Replace");
  for (const format of FORMATS) {
    const answer = await ask(format, { "accept-encoding": "identity" });
    expect([format, answer.status]).toEqual([format, 200]);
    const plain = written.get(format) ?? Buffer.alloc(0);
    expect(Buffer.from(await answer.arrayBuffer()).equals(OUTPUTS[format].gzip ? gunzipSync(plain) : plain)).toBe(true);
    expect(answer.headers.get("content-disposition")).toMatch(/^attachment; /);
    expect(answer.headers.get("accept-ranges")).toBe(OUTPUTS[format].gzip ? "none" : "bytes");
  }
  const html = await ask("html", { range: "bytes=0-5", "accept-encoding": "gzip" });
  expect([html.status, html.headers.get("content-security-policy")]).toEqual([
    206,
    expect.stringContaining("script-src 'sha256-"),
  ]);
  await tables.runs.updateEntity(row as never, "Replace");
});
