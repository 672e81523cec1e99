import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";

const folder = mkdtempSync(path.join(tmpdir(), "simulator-main-"));
const outfile = path.join(folder, "simulator.cjs");
const children: ChildProcess[] = [];

beforeAll(async () => {
  const entry = path.join(__dirname, "../../simulator/main.ts");
  await build({ entryPoints: [entry], bundle: true, platform: "node", outfile, logLevel: "silent" });
});
afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
  rmSync(folder, { recursive: true });
});

function start(options: object, ipc: boolean): ChildProcess {
  const child = spawn(process.execPath, [outfile, JSON.stringify(options)], {
    stdio: ipc ? ["ignore", "pipe", "inherit", "ipc"] : ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return child;
}

async function firstLine(child: ChildProcess): Promise<any> {
  let text = "";
  for await (const chunk of child.stdout!) {
    text += String(chunk);
    if (text.includes("\n")) break;
  }
  return JSON.parse(text);
}

describe("the simulator as a process", () => {
  test("prints one JSON line, and ends on SIGTERM and SIGINT", async () => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const child = start({ groups: 70, seed: 2, switches: { permissions: ["Reports.Read.All"] }, faultRate: 0.01 }, false);
      const where = await firstLine(child);
      expect(Object.keys(where)).toEqual(["graphEndpoint", "identityEndpoint", "identityHeader", "tenantId"]);
      expect(where.graphEndpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
    }
  });

  test("with IPC it sends the line as a message, leaves Ctrl+C to its parent, and ends with the channel", async () => {
    const child = start({ groups: 10 }, true);
    const [where] = (await once(child, "message")) as [{ graphEndpoint: string }];
    child.kill("SIGINT");
    expect((await fetch(`${where.graphEndpoint}/v1.0/organization`)).status).toBe(401);
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
