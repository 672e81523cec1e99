import { downloadReport } from "../../src/graph/download";
import { type Fetch, networkFetch } from "../../src/network/fetch";
import { type Reply, startServer, stopServers } from "./scripted-server";
import { failureOf, makeWorld, shown } from "./world";

afterEach(stopServers);

const REPORT = "/reports/getTeamsTeamActivityDetail(period='D180')";

/**
 * Graph under its own name: what goes to https is led to the scripted server of that host, and every address that is
 * asked for is taken down. Nothing leaves this machine.
 */
async function makeCloud(location: string | undefined, answer?: Reply) {
  const graph = await startServer(
    answer ?? { status: 302, headers: location === undefined ? {} : { location } },
    answer ?? { body: "a\n" },
  );
  const files = await startServer({ body: "a\n" });
  const asked: string[] = [];
  const route: Fetch = (input, init) => {
    const url = new URL(input);
    asked.push(url.host);
    const target = url.host === "graph.microsoft.com" ? graph : files;
    return networkFetch(`${target.origin}${url.pathname}${url.search}`, init);
  };
  return { graph, files, asked, client: makeWorld("https://graph.microsoft.com", { fetch: route }).client };
}

async function readNothing(body: AsyncIterable<Uint8Array>): Promise<string> {
  for await (const _ of body);
  return "read";
}

test.each([
  "https://reports.office.com/data/v1.0/download?token=SIGNED",
  "https://reportsweu.office.com/data/download/SIGNED",
  "https://reportsncu.office.com/data/download/SIGNED",
  "https://graph.microsoft.com/v1.0/download?token=SIGNED",
])("a report is downloaded from %s", async (location) => {
  const { client, asked, graph, files } = await makeCloud(location);
  expect(await downloadReport(client, REPORT, readNothing)).toBe("read");
  expect(asked).toEqual(["graph.microsoft.com", new URL(location).host]);
  expect([...graph.seen, ...files.seen][1]?.headers).not.toHaveProperty("authorization");
});

test.each([
  ["an unknown host", "https://example.com/data?token=SIGNED"],
  ["a host that begins like one of Microsoft's", "https://reports.office.com.example.com/data?token=SIGNED"],
  ["a host that ends like one of Microsoft's", "https://evilreports.office.com/data?token=SIGNED"],
  ["another host of office.com", "https://www.office.com/data?token=SIGNED"],
  ["a host below a report host", "https://x.reports.office.com/data?token=SIGNED"],
  ["http", "http://reports.office.com/data?token=SIGNED"],
  ["this machine", "http://127.0.0.1:9/data?token=SIGNED"],
  ["this machine with https", "https://localhost/data?token=SIGNED"],
  ["a file", "file:///etc/passwd"],
  ["a name", "https://SIGNED@reports.office.com/data"],
  ["a name and a password", "https://user:SIGNED@reports.office.com/data"],
  ["no address", undefined],
])("a redirect to %s is refused without a request, and not repeated in the message", async (_, location) => {
  const { client, asked, files } = await makeCloud(location);
  const error = await failureOf(downloadReport(client, REPORT, readNothing));
  expect(error.code).toBe("graph-untrusted-link");
  expect(asked).toEqual(["graph.microsoft.com"]);
  expect(files.seen).toEqual([]);
  expect(shown(error)).not.toContain("SIGNED");
});

describe("an address in the body of a 200", () => {
  const GOOD = "https://reportsweu.office.com/data/download?token=SIGNED";
  const CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#Edm.String";

  test.each<[string, unknown]>([
    ["text", GOOD],
    ["text with a byte order mark and a line end", `\uFEFF${GOOD}\r\n`],
    ["a JSON string", JSON.stringify(GOOD)],
    ["JSON's value", { "@odata.context": CONTEXT, value: GOOD }],
    ["another field, beside links to help", { help: "https://learn.microsoft.com/graph", result: { downloadUrl: GOOD } }],
  ])("is followed: %s", async (_, body) => {
    const { graph, files, client, asked } = await makeCloud(undefined, { body });
    expect(await downloadReport(client, REPORT, readNothing)).toBe("read");
    expect(asked).toEqual(["graph.microsoft.com", "reportsweu.office.com"]);
    expect([graph.seen.length, files.seen[0]?.headers.authorization]).toEqual([1, undefined]);
  });

  test.each<[string, unknown]>([
    ["text", "https://example.com/data?token=SIGNED"],
    ["JSON", { value: "https://example.com/data?token=SIGNED" }],
  ])("is refused in words if it is a stranger's: %s", async (_, body) => {
    const { client, asked } = await makeCloud(undefined, { body });
    const error = await failureOf(downloadReport(client, REPORT, readNothing));
    expect(error.message).toBe(
      "Graph leads to a report at example.com, which is not one of Microsoft's report hosts; it was not followed.",
    );
    expect(asked).toEqual(["graph.microsoft.com"]);
  });

  test("that is in none of the JSON's fields is said, after three tries", async () => {
    const body = { "@odata.context": CONTEXT, value: [] };
    const { client, graph } = await makeCloud(undefined, { body });
    graph.script({ body }, { body });
    const error = await failureOf(downloadReport(client, REPORT, readNothing));
    expect(error.message).toBe(
      `The download of ${REPORT} failed 3 times, last with JSON in which no address of a report stands.`,
    );
  });

  test("is none where the body is the report, though its first name is quoted", async () => {
    const { client, asked } = await makeCloud(undefined, {
      body: '"Report Refresh Date","Site URL"\n2026-11-20,https://x.example\n',
    });
    expect(await downloadReport(client, REPORT, readNothing)).toBe("read");
    expect(asked).toEqual(["graph.microsoft.com"]);
  });
});

test("a Graph on loopback may not redirect off this machine to a stranger", async () => {
  const graph = await startServer({ status: 302, headers: { location: "https://example.com/data?token=SIGNED" } });
  const error = await failureOf(downloadReport(makeWorld(graph.origin).client, REPORT, readNothing));
  expect(error.code).toBe("graph-untrusted-link");
  expect(error.message).toContain("example.com");
});
