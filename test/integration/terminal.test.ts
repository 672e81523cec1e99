import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import type { Summary } from "../../src/model/report";
import { type Simulator, startSimulator } from "../../simulator";
import { barStream, complain, complainAtLength, say, sayJson } from "../../src/telemetry/terminal";
import { type Finished, runCommand } from "./command-line";

/** Whatever Graph and Entra send, and whoever named it: nothing of it gives orders to the terminal of who runs a command. */
const signs = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String.fromCharCode(from + at));
const CONTROLS = [
  signs(0, 0x1f),
  signs(0x7f, 0x9f),
  ["\u061c", "\u200e", "\u200f"],
  signs(0x2028, 0x202e),
  signs(0x2066, 0x2069),
].flat();
const TITLE = "\u001b]0;owned\u0007\u009d0;owned\u009c\u001b[2J\u001b[1A\u001b]52;c;b3duZWQ=\u0007\r\n\u2028Results: Pass 999";
const HOSTILE = `Contoso ${TITLE} ${CONTROLS.join("")}`;

let folder: string;
let simulator: Simulator;
let count = 0;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  simulator = await startSimulator({ groups: 30 });
  simulator.tenant = { ...simulator.tenant, name: HOSTILE };
});
afterAll(async () => {
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => (simulator.tamper = undefined));

/** What a terminal would obey, anywhere in a text whose lines are ours. */
const orders = (text: string) =>
  CONTROLS.filter((sign) => sign !== "\n" && text.includes(sign)).map((sign) => sign.charCodeAt(0));
const lastLine = (text: string) => text.trimEnd().split("\n").at(-1) ?? "";

async function command(...args: string[]): Promise<Finished> {
  const done = await runCommand(args, {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
  });
  expect([args[0], orders(done.stdout), orders(done.stderr)]).toEqual([args[0], [], []]);
  return done;
}

const run = (...more: string[]) =>
  command("run", "--out", path.join(folder, `out-${++count}`), "--data", path.join(folder, `data-${count}`), ...more);

/** Every name, message and code of an answer, whatever it is an answer to. */
function withHostileWords(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withHostileWords);
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [
      key,
      typeof value === "string" && /^(displayName|message|code|error|error_description|value|servicePrincipalType)$/.test(key)
        ? `${value}${HOSTILE}`
        : withHostileWords(value),
    ]),
  );
}

test("a run prints no order of a tenant's name, a group's or an error's, and its JSON has lost nothing", async () => {
  simulator.tamper = (_host, { path: asked }, honest) => {
    if (asked.includes("getTeamsTeamActivityDetail"))
      return { status: 403, headers: {}, body: { error: { code: "Forbidden", message: HOSTILE } } };
    return asked.includes("/groups") && typeof honest.body === "object"
      ? { ...honest, body: withHostileWords(honest.body) }
      : undefined;
  };
  const { code, stdout, stderr } = await run("--json", "--verbose");
  expect([code, stderr]).toEqual([0, ""]);
  expect((JSON.parse(lastLine(stdout)) as Summary).tenant.name).toBe(HOSTILE);
  expect(stdout).toMatch(/^Contoso \?\]0;owned\?/m);
  expect(stdout).not.toMatch(/^Results: Pass 999/m);
});

test.each([
  ["Graph's list of groups", "/groups"],
  ["the token endpoint", "/"],
])("an error of %s is one line without orders, and with --verbose a stack without them", async (_what, refused) => {
  simulator.tamper = (host, { path: asked }) =>
    asked.includes(refused) && (refused !== "/" || host === "identity")
      ? { status: 400, headers: {}, body: { error: { code: HOSTILE, message: HOSTILE }, error_description: HOSTILE } }
      : undefined;
  const short = await run();
  expect([short.code, short.stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
  expect((await run("--verbose", "--json")).stderr).toMatch(/\n +at /);
});

test.each<[string, string[]]>([
  ["doctor", ["doctor"]],
  ["doctor --json", ["doctor", "--json"]],
  ["token show", ["token", "show"]],
  ["token policy list", ["token", "policy", "list"]],
  ["token policy list --json", ["token", "policy", "list", "--json"]],
  ["token policy check", ["token", "policy", "check"]],
  ["grant to one identity", ["grant", "--identity", "id-groups-report", "--dry-run"]],
  ["grant to a hostile name", ["grant", "--identity", `${TITLE}`]],
  ["an unknown command", [`${TITLE}`]],
  ["an unknown option", ["run", `--${TITLE}`]],
])("%s prints no order", async (_name, args) => {
  simulator.tokenPolicies.splice(0, 9, {
    id: "11111111-2222-3333-4444-555555555555",
    displayName: HOSTILE,
    definition: ['{"TokenLifetimePolicy":{"Version":1,"AccessTokenLifetime":"8:00:00"}}'],
    isOrganizationDefault: true,
    appliesTo: [],
  } as never);
  simulator.tamper = (_host, _incoming, honest) =>
    honest.status >= 400 && typeof honest.body === "object" ? { ...honest, body: withHostileWords(honest.body) } : undefined;
  const { stdout, stderr } = await command(...args);
  expect(stdout + stderr).not.toBe("");
});

describe("the writer", () => {
  let written: string;
  beforeEach(() => {
    written = "";
    for (const stream of [process.stdout, process.stderr])
      jest.spyOn(stream, "write").mockImplementation((text) => {
        written += String(text);
        return true;
      });
  });
  afterEach(() => {
    jest.restoreAllMocks();
  });

  const text = fc.string({ unit: fc.oneof(fc.constantFrom(...CONTROLS), fc.constantFrom(..."[]?;mHJ25lh0a"), fc.string()) });
  const during = (write: () => unknown): string => {
    written = "";
    write();
    return written;
  };

  test("ends a line once, and lets no order through, whatever the text", () => {
    fc.assert(
      fc.property(text, (given) => {
        for (const write of [say, complain]) {
          const line = during(() => write(given));
          expect([orders(line), line.split("\n").length]).toEqual([[], 2]);
        }
        expect(orders(during(() => complainAtLength(given)))).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test("JSON is one line, and reads back as it was", () => {
    fc.assert(
      fc.property(text, (given) => {
        const line = during(() => sayJson({ [given]: [given] }));
        expect([orders(line), line.split("\n").length, JSON.parse(line)]).toEqual([[], 2, { [given]: [given] }]);
      }),
      { numRuns: 1000 },
    );
  });

  test("bars move the cursor and clear lines, and nothing else gets through", () => {
    expect(during(() => barStream().write("\u001b[?25l\u001b[2A\u001b[0K\rgroups [==] 1/2\n"))).toBe(
      "\u001b[?25l\u001b[2A\u001b[0K\rgroups [==] 1/2\n",
    );
    fc.assert(
      fc.property(text, (given) => {
        // eslint-disable-next-line no-control-regex -- what cli-progress and readline write
        const left = during(() => barStream().write(given)).replace(/\u001b\[(\?(7|25)[hl]|\d*[A-GJK]|\d+;\d+H|0?m)|\r/g, "");
        expect(orders(left)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });
});
