import { downloadReport, IncompleteDownload } from "../../src/graph/download";
import { type ScriptedServer, type Seen, startServer, stopServers } from "./scripted-server";
import { failureOf, makeWorld, shown } from "./world";

afterEach(stopServers);

const REPORT = "/reports/getTeamsTeamActivityDetail(period='D180')";

/** Graph and the host of its downloads; every redirect has an address of its own. */
async function makeHosts() {
  const graph = await startServer();
  const files = await startServer();
  let addresses = 0;
  const redirect = () => ({ status: 302, headers: { location: `${files.origin}/data/download?token=SIGNED-${++addresses}` } });
  graph.script(redirect, redirect, redirect, redirect);
  return { graph, files };
}

async function readAll(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** A file is whole when it ends with a line end. */
async function readWhole(body: AsyncIterable<Uint8Array>): Promise<string> {
  const text = await readAll(body);
  if (!text.endsWith("\n")) throw new IncompleteDownload("a cut file");
  return text;
}

const paths = (server: ScriptedServer) => server.seen.map(({ path }: Seen) => path);

test("the report is fetched from where Graph redirects to, without the token", async () => {
  const { graph, files } = await makeHosts();
  files.script({ body: "a,b\n1,2\n" });
  const { client, meter } = makeWorld(graph.origin);
  expect(await downloadReport(client, REPORT, readAll)).toBe("a,b\n1,2\n");
  expect(graph.seen[0]).toMatchObject({ path: `/v1.0${REPORT}`, headers: { authorization: "Bearer token-1" } });
  expect(paths(files)).toEqual(["/data/download?token=SIGNED-1"]);
  expect(files.seen[0]?.headers).not.toHaveProperty("authorization");
  expect(JSON.stringify(files.seen[0])).not.toContain("token-1");
  expect(meter).toEqual({ requests: 2, retries: 0, throttledSeconds: 0 });
});

test("an answer without a redirect is the report itself", async () => {
  const server = await startServer({ body: "a,b\n" });
  expect(await downloadReport(makeWorld(server.origin).client, REPORT, readAll)).toBe("a,b\n");
});

test.each([401, 403, 404, 410])("a %d says that the address has expired: a new one is asked for", async (status) => {
  const { graph, files } = await makeHosts();
  files.script({ status, body: "expired" }, { body: "a\n" });
  const { client, meter, tokens } = makeWorld(graph.origin);
  expect(await downloadReport(client, REPORT, readWhole)).toBe("a\n");
  expect(paths(files)).toEqual(["/data/download?token=SIGNED-1", "/data/download?token=SIGNED-2"]);
  expect(meter).toMatchObject({ requests: 4, retries: 1 });
  expect(tokens.rejected).toEqual([]);
});

test("a file that came cut is downloaded again from a new address", async () => {
  const { graph, files } = await makeHosts();
  files.script({ body: "a,b\n1" }, { body: "a,b\n1,2\n" });
  expect(await downloadReport(makeWorld(graph.origin).client, REPORT, readWhole)).toBe("a,b\n1,2\n");
  expect(paths(files)).toEqual(["/data/download?token=SIGNED-1", "/data/download?token=SIGNED-2"]);
});

test("a file that stays cut is given up after three downloads: report-incomplete", async () => {
  const { graph, files } = await makeHosts();
  files.script({ body: "a,b\n1" }, { body: "a,b\n1" }, { body: "a,b\n1" }, { body: "a,b\n1,2\n" });
  const error = await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readWhole));
  expect(error.code).toBe("report-incomplete");
  expect(error.message).toBe(`The download of ${REPORT} failed 3 times, last with a cut file.`);
  expect(files.seen).toHaveLength(3);
});

test("a connection that breaks in the middle of the file leads to another download", async () => {
  const { graph, files } = await makeHosts();
  files.script({ fault: "cut", body: "a,b\n" }, { fault: "drop" }, { body: "a,b\n1,2\n" });
  const { client, reached } = makeWorld(graph.origin);
  expect(await downloadReport(client, REPORT, readWhole)).toBe("a,b\n1,2\n");
  expect(reached.filter((was) => !was)).toHaveLength(2);
});

test("a connection that keeps breaking is unavailable, not incomplete", async () => {
  const { graph, files } = await makeHosts();
  files.script({ fault: "drop" }, { fault: "drop" }, { fault: "drop" });
  const error = await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readWhole));
  expect(error).toMatchObject({ code: "graph-unavailable" });
  expect(error.waitSeconds).toBeGreaterThanOrEqual(1);
});

test("the download host's Retry-After is obeyed, and is no outage", async () => {
  const { graph, files } = await makeHosts();
  files.script({ status: 503, headers: { "retry-after": "6" } }, { body: "a\n" });
  const { client, meter, waits, reached } = makeWorld(graph.origin);
  await downloadReport(client, REPORT, readAll);
  expect(waits).toEqual([6]);
  expect(meter.throttledSeconds).toBe(6);
  expect(reached).toEqual([true, true, true, true]);
});

test("a long Retry-After of the download host is graph-throttled", async () => {
  const { graph, files } = await makeHosts();
  files.script({ status: 429, headers: { "retry-after": "600" } });
  expect(await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readAll))).toMatchObject({
    code: "graph-throttled",
    waitSeconds: 600,
  });
});

test("a refusal that no new address would change is not repeated, and the message does not claim that it was", async () => {
  const { graph, files } = await makeHosts();
  files.script({ status: 400 }, { body: "a\n" });
  const error = await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readAll));
  expect(files.seen).toHaveLength(1);
  expect(error.message).toBe(`The download of ${REPORT} failed once, with status 400.`);
});

test("a report that Graph refuses is refused at once", async () => {
  const server = await startServer({ status: 403, body: { error: { code: "S2SUnauthorized", message: "Invalid permission." } } });
  expect(await failureOf(downloadReport(makeWorld(server.origin).client, REPORT, readAll))).toMatchObject({
    code: "graph-denied",
    status: 403,
  });
});

test("the download host is not followed to a third one", async () => {
  const { graph, files } = await makeHosts();
  const third = await startServer({ body: "a\n" });
  const on = { status: 302, headers: { location: `${third.origin}/x` } };
  files.script(on, on, on);
  const error = await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readAll));
  expect(error.code).toBe("graph-unavailable");
  expect(third.seen).toEqual([]);
});

test("the signal ends a download that is under way", async () => {
  const { graph, files } = await makeHosts();
  const stop = new AbortController();
  files.script(() => {
    setImmediate(() => stop.abort());
    return { fault: "hang" };
  });
  const { client } = makeWorld(graph.origin, { signal: stop.signal });
  await expect(downloadReport(client, REPORT, readAll)).rejects.toThrow(/abort/i);
  expect(files.seen).toHaveLength(1);
});

test("no message holds the token or the signed address", async () => {
  for (const reply of [
    { status: 400 },
    { status: 403 },
    { status: 500 },
    { fault: "drop" as const },
    { fault: "cut" as const },
    { body: "cut" },
  ]) {
    const { graph, files } = await makeHosts();
    files.script(reply, reply, reply);
    const error = await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readWhole));
    expect(shown(error)).not.toMatch(/SIGNED|token-/);
  }
});
