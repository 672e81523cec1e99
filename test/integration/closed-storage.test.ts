import { spawn, spawnSync } from "node:child_process";
import { chmod, mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { startAzurite } from "../../src/local/azurite";
import { type Simulator, startSimulator } from "../../simulator";
import { createStore } from "../../src/store";
import { connect } from "../../src/store/connect";
import { start, type Started } from "./command-line";

/** The embedded storage opens to nobody but its user: not to another user of this machine, nor to a page in a browser. */

/** https://learn.microsoft.com/azure/storage/common/storage-use-azurite#well-known-storage-account-and-key */
const WELL_KNOWN = {
  account: "devstoreaccount1",
  key: "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==",
};
const SECRET = "the-certificate's-password";
const NOBODY = 65534;

interface Owner {
  pid: number;
  azuritePid: number;
  account: string;
  key: string;
  blob: string;
  queue: string;
  table: string;
}

let folder: string;
let simulator: Simulator;
let serving: Started;
let owner: Owner;

beforeAll(async () => {
  simulator = await startSimulator({ groups: 60 });
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  // As a home folder often is.
  await chmod(folder, 0o755);
  const before = process.umask(0o022);
  serving = start(["serve", "--data", path.join(folder, "data"), "--port", "0"], {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    FEATURES: "none",
    AZURE_CLIENT_CERTIFICATE_PASSWORD: SECRET,
  });
  process.umask(before);
  const [, url, key] = /Listening on (http:\S+?)\/api\/reports\?code=(\S+)/.exec(await serving.until(/^Console/m)) ?? [];
  const headers = { "x-functions-key": key ?? "" };
  const { headers: answered } = await fetch(`${url}/api/reports`, { method: "POST", headers });
  const read = async () => (await (await fetch(answered.get("location") ?? "", { headers })).json()) as { status: string };
  while ((await read()).status === "Running") await delay(50);
  owner = JSON.parse(await readFile(path.join(folder, "data", simulator.tenant.id, "azurite.json"), "utf8")) as Owner;
}, 300_000);
afterAll(async () => {
  serving.kill("SIGINT");
  await serving.finished;
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});

interface Found {
  uid: number;
  files: string[];
  told: string[];
  environments: string[];
  statuses: Record<string, number>;
}

async function pry(uid: number, credentials: { account: string; key: string }): Promise<Found> {
  const script = await readFile(path.join(__dirname, "prying-user.cjs"), "utf8");
  const { pid, azuritePid, blob, queue, table } = owner;
  const asked = {
    places: [path.join(folder, "data")],
    pids: [pid, azuritePid],
    endpoints: { blob, queue, table },
    ...credentials,
  };
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", script, JSON.stringify(asked)], {
    ...(uid === process.getuid?.() ? {} : { uid, gid: uid }),
    cwd: "/",
    env: {},
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`it could not look: ${stderr}`);
  return JSON.parse(stdout) as Found;
}

/** Only root can be somebody else, and only Linux shows processes as files. */
const canPry = process.platform === "linux" && process.getuid?.() === 0;
if (canPry) {
  test("another user reads no file, no secret of a process, and opens nothing with the well-known key", async () => {
    const own = await pry(0, owner);
    expect(Object.entries(own.statuses).filter(([asked, status]) => status !== (asked.endsWith("signed") ? 200 : 403))).toEqual(
      [],
    );
    expect([own.files.length > 5, own.environments.length]).toEqual([true, 2]);

    const found = await pry(NOBODY, WELL_KNOWN);
    expect([found.uid, found.files, found.environments]).toEqual([NOBODY, [], []]);
    // There is no such account.
    expect(Object.values(found.statuses).filter((status) => status !== 404)).toEqual([]);
    for (const secret of [owner.account, owner.key, SECRET]) expect(found.told.join(" ")).not.toContain(secret);
    // Nor with the account's name, should that ever get out.
    const guessed = await pry(NOBODY, { account: owner.account, key: WELL_KNOWN.key });
    expect(Object.values(guessed.statuses).filter((status) => status !== 403)).toEqual([]);
  }, 300_000);
} else test.todo("NOT TESTED HERE, for it wants root on Linux: another user opens nothing");

if (process.platform === "linux")
  test("Azurite is given nothing of the environment but what it needs", async () => {
    const environment = await readFile(`/proc/${owner.azuritePid}/environ`, "utf8");
    const names = environment.split("\0").map((variable) => variable.replace(/=.*/s, ""));
    const known = /^(AZURITE_ACCOUNTS|GROUPS_REPORT_AZURITE|GROUPS_REPORT_OWNER_FILE|NODE_\w+|LD_LIBRARY_PATH|TMPDIR|)$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
    expect(environment).not.toContain(SECRET);
  });

describe("a page whose host name was bent to this machine gets nothing", () => {
  const send = (endpoint: string, method: string, target: string, headers: Record<string, string>) =>
    new Promise<{ status: number; headers: object; body: string }>((resolve, reject) => {
      const sent = request(endpoint, { method, path: target, headers }, (response) => {
        let body = "";
        response.on("data", (chunk: Buffer) => (body += chunk.toString()));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      sent.once("error", reject).end();
    });
  const hosts = ["rebound.example", "devstoreaccount1.rebound.example", "ACCOUNT.rebound.example", "127.0.0.1"];
  const targets = [
    "/",
    "/?comp=list",
    "/reports/latest.json",
    "/reports?restype=container&comp=list",
    "/Runs()",
    "/Tables",
    ...["devstoreaccount1", "ACCOUNT"].flatMap((account) =>
      ["?comp=list", "/reports/latest.json", "/reports?restype=container&comp=list", "/Runs()"].map(
        (rest) => `/${account}${rest}`,
      ),
    ),
  ];

  test.each(["blob", "queue", "table"] as const)(
    "%s",
    async (service) => {
      for (const method of ["GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE"])
        for (const host of hosts)
          for (const target of targets) {
            const named = (text: string) => text.replace("ACCOUNT", owner.account);
            const answer = await send(owner[service], method, named(target), {
              host: named(host),
              origin: "http://rebound.example",
              "x-ms-version": "2021-12-02",
              ...(method === "OPTIONS" ? { "access-control-request-method": "GET" } : {}),
            });
            const asked = `${method} ${host} ${target}`;
            expect([asked, answer.status >= 400 && answer.status < 500]).toEqual([asked, true]);
            expect(Object.keys(answer.headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
            expect(answer.body).not.toMatch(/runs\/|20\d{6}T|"value"/);
          }
    },
    300_000,
  );
});

describe("each start has an account and a key of its own", () => {
  const open = async (connectionString: string) => createStore(await connect({ kind: "connectionString", connectionString }));
  const PLAN = {
    features: [],
    thresholds: {} as never,
    deadline: "2026-11-23T08:00:00Z",
    previousRunId: null,
    tenantId: null,
  };
  const LATEST = { runId: "a", startedAt: "", finishedAt: "", status: "Completed", groups: 1 } as const;
  let data: string;
  beforeEach(async () => {
    data = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  });
  afterEach(() => rm(data, { recursive: true, force: true }));

  test("and finds what was kept under another", async () => {
    const seen = new Set<string>();
    for (let night = 0; night < 3; night++) {
      const azurite = await startAzurite(data);
      for (const part of ["AccountName", "AccountKey"])
        seen.add(new RegExp(`${part}=[^;]+`).exec(azurite.connectionString)?.[0] ?? "");
      const { runs, files } = await open(azurite.connectionString);
      if (night === 0) {
        await runs.insert("a", "2026-11-23T02:00:00Z", PLAN);
        await files.writeLatest(LATEST);
      }
      expect([(await runs.list()).map(({ runId }) => runId), await files.readLatest()]).toEqual([["a"], LATEST]);
      await azurite.stop();
    }
    expect(seen.size).toBe(6);
  }, 300_000);

  /** Azurite as every version before this started it. */
  async function startOld(): Promise<{ connectionString: string; stop: () => Promise<unknown> }> {
    const ports = ["--blobPort", "0", "--queuePort", "0", "--tablePort", "0"];
    const options = ["--location", data, ...ports, "--silent", "--disableTelemetry", "--skipApiVersionCheck"];
    const child = spawn(process.execPath, [require.resolve("azurite/dist/src/azurite.js"), ...options]);
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
    const at = (service: string) => new RegExp(`${service} service is successfully listening at (\\S+)`).exec(output)?.[1];
    while (!at("Table")) await delay(20);
    const { account, key } = WELL_KNOWN;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    return {
      connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${at("Blob")}/${account};TableEndpoint=${at("Table")}/${account};`,
      stop: () => (child.kill("SIGTERM"), ended),
    };
  }

  test("what an older version has kept is found, and that version finds what this one has kept", async () => {
    let azurite = await startOld();
    let { runs, files } = await open(azurite.connectionString);
    await runs.insert("a", "2026-11-23T02:00:00Z", PLAN);
    await files.writeLatest(LATEST);
    await azurite.stop();

    azurite = await startAzurite(data);
    ({ runs, files } = await open(azurite.connectionString));
    expect([(await runs.list()).map(({ runId }) => runId), await files.readLatest()]).toEqual([["a"], LATEST]);
    await runs.insert("b", "2026-11-24T02:00:00Z", PLAN);
    await files.writeLatest({ ...LATEST, runId: "b" });
    await azurite.stop();

    azurite = await startOld();
    ({ runs, files } = await open(azurite.connectionString));
    expect([(await runs.list()).map(({ runId }) => runId), (await files.readLatest())?.runId]).toEqual([["b", "a"], "b"]);
    await azurite.stop();
  }, 300_000);
});
