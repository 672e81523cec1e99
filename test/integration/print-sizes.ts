import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import type { Summary } from "../../src/model/report";
import { startSimulator } from "../../simulator";
import type { Reply } from "../../simulator/graph/reply";

/**
 * Peak memory of `run`, as an administrator starts it, while Graph sends what no honest one would. The false Graph is in this
 * process, the program and its storage each in one of their own; only the program is measured.
 */
const MOST_MEGABYTES = 512;
const ROWS = 1_600_000;
const MEGABYTE = Buffer.alloc(2 ** 20, "a");

function* repeated(first: string, piece: Buffer, times: number, last = ""): Generator<Buffer> {
  yield Buffer.from(first);
  for (let n = 0; n < times; n++) yield piece;
  yield Buffer.from(last);
}

const zipped = (pieces: Iterable<Buffer>) => buffer(Readable.from(pieces).pipe(createGzip({ level: 9 })));

/** The honest report's own rows, again and again under other ids. */
function* manyRows(csv: string): Generator<Buffer> {
  const [header = "", ...lines] = csv
    .replace(/^\uFEFF/, "")
    .trimEnd()
    .split(/\r?\n/);
  const columns = header.split(",");
  const idAt = columns.findIndex((name) => /^(Team|Group) Id$/i.test(name));
  const rows = lines
    .slice(0, 1000)
    .map((line) => line.split(","))
    .filter((cells) => cells.length === columns.length);
  yield Buffer.from(`${header}\n`);
  if (rows.length === 0) throw new Error("the honest report has no rows");
  for (let n = 0; n < ROWS; n += rows.length)
    yield Buffer.from(
      rows
        .map((cells, row) => {
          const id = `00000000-0000-4000-8000-${(n + row).toString(16).padStart(12, "0")}`;
          return `${cells.map((cell, at) => (at === idAt ? id : cell)).join(",")}\n`;
        })
        .join(""),
    );
}

type Answers = Record<string, (path: string, host: string, honest: Reply) => Promise<Reply["body"]> | Reply["body"] | undefined>;

async function main(): Promise<boolean> {
  const list = await zipped(repeated('{"value":[{"id":"', MEGABYTE, 400, '"}]}'));
  const report = await zipped(repeated("Report Refresh Date,Team Id,Last Activity Date\n", MEGABYTE, 400));
  const isList = (url: string) => url.startsWith("/v1.0/groups?");
  const cases: Answers = {
    "gzip bomb on a list, 400 MB": (url) => (isList(url) ? list : undefined),
    "gzip bomb on a report, 400 MB": (_, host) => (host === "download" ? report : undefined),
    "CSV of 1.6 million rows": (_, host, { headers, body }) =>
      host === "download" && headers["Content-Disposition"]?.includes("teams-")
        ? Readable.from(manyRows([...(body as Iterable<string>)].join("")))
        : undefined,
    "group id of 400 MB": (url) =>
      isList(url) ? Readable.from(repeated('{"value":[{"id":"', MEGABYTE, 400, '"}]}')) : undefined,
    "60 MB of brackets": (url) => (isList(url) ? Buffer.alloc(60 * 2 ** 20, "[") : undefined),
  };
  let isWithin = true;
  const [wanted = ""] = process.argv.slice(2);
  for (const [name, body] of Object.entries(cases).filter(([title]) => title.includes(wanted))) {
    const simulator = await startSimulator({ groups: 1000 });
    let sent = 0;
    simulator.tamper = (host, { url }, honest) => {
      const large = body(url, host, honest) as Reply["body"];
      if (large === undefined) return undefined;
      sent++;
      const headers = {
        ...honest.headers,
        ...(Buffer.isBuffer(large) && large[0] === 0x1f ? { "Content-Encoding": "gzip" } : {}),
      };
      return { ...honest, status: 200, headers, body: large };
    };
    const { megabytes, code, said, seconds } = await measure({
      GRAPH_ENDPOINT: simulator.graphEndpoint,
      IDENTITY_ENDPOINT: simulator.identityEndpoint,
      IDENTITY_HEADER: simulator.identityHeader,
    });
    await simulator.close();
    if (sent === 0) throw new Error(`${name} was never sent`);
    isWithin &&= megabytes < MOST_MEGABYTES;
    process.stdout.write(`${name.padEnd(32)} ${String(megabytes).padStart(5)} MB peak  exit ${code}  ${seconds} s  ${said}\n`);
  }
  process.stdout.write(isWithin ? `All under ${MOST_MEGABYTES} MB.\n` : `MORE than ${MOST_MEGABYTES} MB.\n`);
  return isWithin;
}

async function measure(environment: Record<string, string>) {
  const folder = mkdtempSync(path.join(tmpdir(), "sizes-"));
  const peak = path.join(folder, "peak");
  // `--require` is for this process alone: its storage is started with arguments of its own.
  const hook = path.join(folder, "hook.cjs");
  const write = `require("node:fs").writeFileSync(${JSON.stringify(peak)}, String(process.resourceUsage().maxRSS))`;
  writeFileSync(hook, `process.on("exit", () => ${write});`);
  const args = [
    "--require",
    hook,
    path.resolve("dist/cli.js"),
    "run",
    "--data",
    path.join(folder, "data"),
    "--out",
    path.join(folder, "out"),
    "--json",
  ];
  const started = Date.now();
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env["PATH"] ?? "", ...environment },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.on("data", (chunk: Buffer) => (stdout += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  const megabytes = Math.round(Number(readFileSync(peak, "utf8")) / 1024);
  rmSync(folder, { recursive: true, force: true });
  const { status, sources } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as Summary;
  const lost = sources.filter(({ state }) => !["complete", "off"].includes(state)).map(({ name, state }) => `${name} ${state}`);
  return { megabytes, code, said: [status, ...lost].join(", "), seconds: Math.round((Date.now() - started) / 1000) };
}

void main().then((isWithin) => (process.exitCode = isWithin ? 0 : 1));
