import { groups } from "../../src/sources/groups";
import { failureOf } from "../graph/world";
import { type Reply, startServer, stopServers } from "../graph/scripted-server";
import { guid, makeContext, readAll } from "./context";

afterEach(stopServers);

const count = (number: number | string): Reply => ({ headers: { "content-type": "text/plain" }, body: String(number) });
const group = (number: number, change: object = {}) => ({
  id: guid(number),
  displayName: `Group ${number}`,
  groupTypes: ["Unified"],
  owners: [],
  ...change,
});
const page = (value: object[], nextLink?: string): Reply => ({
  body: { value, ...(nextLink ? { "@odata.nextLink": nextLink } : {}) },
});
const range = (length: number) => Array.from({ length }, (_, n) => group(n));

/** One page with these groups, counted rightly. */
async function readOne(...value: object[]) {
  const server = await startServer(count(value.length), page(value), count(value.length));
  const world = makeContext(server.origin);
  const pages = await readAll(groups, world);
  return { server, pages, records: pages.flatMap(({ records }) => records) };
}

test("the list is a plain query with the owners expanded; only the count is an advanced one", async () => {
  const { server } = await readOne(group(1));
  const [before, list, after] = server.seen;
  expect(server.seen.map(({ method }) => method)).toEqual(["GET", "GET", "GET"]);

  const url = new URL(list?.path ?? "", "http://graph");
  expect(url.pathname).toBe("/v1.0/groups");
  expect(Object.fromEntries(url.searchParams)).toEqual({
    $filter: "groupTypes/any(c:c eq 'Unified')",
    $select:
      "id,displayName,mail,proxyAddresses,description,visibility,groupTypes,resourceProvisioningOptions,createdDateTime,renewedDateTime,expirationDateTime,assignedLabels,assignedLicenses,isAssignableToRole,onPremisesSyncEnabled,isManagementRestricted,securityEnabled",
    $expand: "owners($select=id,displayName,mail,accountEnabled,userType)",
    $top: "999",
  });
  expect(list?.headers).not.toHaveProperty("consistencylevel");

  for (const seen of [before, after]) {
    const counted = new URL(seen?.path ?? "", "http://graph");
    expect(counted.pathname).toBe("/v1.0/groups/$count");
    expect(Object.fromEntries(counted.searchParams)).toEqual({ $filter: "groupTypes/any(c:c eq 'Unified')" });
    expect(seen?.headers).toMatchObject({ consistencylevel: "eventual", accept: "text/plain" });
  }
});

test("nextLinks are followed as they are, over an empty page too, and without the advanced header", async () => {
  const server = await startServer();
  const link = (token: string) => `${server.origin}/v1.0/groups?$skiptoken=${token}%3D&opaque=1`;
  server.script(count(3), page([group(1), group(2)], link("A")), page([], link("B")), page([group(3)]), count(3));
  const pages = await readAll(groups, makeContext(server.origin));
  expect(server.seen.slice(2, 4).map(({ path }) => path)).toEqual([
    "/v1.0/groups?$skiptoken=A%3D&opaque=1",
    "/v1.0/groups?$skiptoken=B%3D&opaque=1",
  ]);
  for (const { headers } of server.seen.slice(1, 4)) expect(headers).not.toHaveProperty("consistencylevel");
  expect(pages.map(({ records }) => records.length)).toEqual([2, 0, 1, 0]);
  expect(pages[0]?.expected).toBe(3);
  expect(pages.at(-1)).toEqual({ records: [], next: null });
});

test("a nextLink to another origin ends it, and nobody else gets the token", async () => {
  const stranger = await startServer(page([]));
  const server = await startServer(count(1), page([group(1)], `${stranger.origin}/v1.0/groups?$skiptoken=A`));
  expect(await failureOf(readAll(groups, makeContext(server.origin)))).toMatchObject({ code: "graph-untrusted-link" });
  expect(stranger.seen).toEqual([]);
});

test("an expired page token is told as such, for the list to begin anew", async () => {
  const server = await startServer();
  const expired = {
    status: 400,
    body: { error: { code: "Directory_ExpiredPageToken", message: "The specified page token value has expired." } },
  };
  server.script(count(1), page([group(1)], `${server.origin}/v1.0/groups?$skiptoken=A`), expired);
  expect(await failureOf(readAll(groups, makeContext(server.origin)))).toMatchObject({ code: "graph-page-token-expired" });
});

test("the directory's fields become a record", async () => {
  const { records } = await readOne({
    id: "02BD9FD6-8F93-4758-87C3-1FB73740A315",
    displayName: "HR Taskforce",
    mail: "HR@contoso.com",
    proxyAddresses: [
      "SMTP:HR@contoso.com",
      "SMTP:People@contoso.com",
      "smtp:hr@contoso.onmicrosoft.com",
      "SPO:SPO_1@SPO_2",
      "X500:/o=x",
    ],
    description: 'People, "and" more',
    visibility: "HiddenMembership",
    groupTypes: ["Unified", "DynamicMembership"],
    resourceProvisioningOptions: ["Team"],
    createdDateTime: "2024-02-11T09:14:03Z",
    renewedDateTime: "2026-01-05T03:00:11Z",
    expirationDateTime: "2026-12-01T00:00:00Z",
    assignedLabels: [
      { labelId: "l-1", displayName: "Confidential" },
      { labelId: "l-2", displayName: null },
      { labelId: "l-3", displayName: "" },
    ],
    assignedLicenses: [{ skuId: "s" }],
    isAssignableToRole: true,
    onPremisesSyncEnabled: true,
    isManagementRestricted: true,
    securityEnabled: true,
    owners: [
      {
        "@odata.type": "#microsoft.graph.user",
        id: "u-1",
        displayName: "Megan",
        mail: "m@contoso.com",
        accountEnabled: false,
        userType: "Guest",
      },
      { "@odata.type": "#microsoft.graph.servicePrincipal", id: "sp-1", displayName: "A robot" },
      { "@odata.type": "#microsoft.graph.user", id: "u-2", displayName: null, mail: null },
    ],
  });
  expect(records).toEqual([
    {
      id: "02bd9fd6-8f93-4758-87c3-1fb73740a315",
      displayName: "HR Taskforce",
      mail: "HR@contoso.com",
      addresses: ["hr@contoso.com", "people@contoso.com", "hr@contoso.onmicrosoft.com"],
      description: 'People, "and" more',
      visibility: "HiddenMembership",
      mayBeHidden: true,
      membership: "Dynamic",
      isTeam: true,
      labels: ["Confidential", "l-2", "l-3"],
      createdDateTime: "2024-02-11T09:14:03Z",
      renewedDateTime: "2026-01-05T03:00:11Z",
      expirationDateTime: "2026-12-01T00:00:00Z",
      blockers: ["licences", "role", "synced", "restricted", "security"],
      owners: [
        { id: "u-1", displayName: "Megan", mail: "m@contoso.com", isUser: true, accountEnabled: false, userType: "Guest" },
        { id: "sp-1", displayName: "A robot", mail: null, isUser: false, accountEnabled: null, userType: null },
        { id: "u-2", displayName: null, mail: null, isUser: true, accountEnabled: null, userType: null },
      ],
    },
  ]);
});

test("fields that are missing or null are not known, and block nothing", async () => {
  const empty = {
    mail: null,
    proxyAddresses: null,
    assignedLabels: null,
    assignedLicenses: [],
    isAssignableToRole: null,
    securityEnabled: false,
    owners: null,
  };
  const { records } = await readOne({ id: guid(1) }, { ...group(2), ...empty });
  for (const record of records) {
    expect(record).toMatchObject({
      mail: null,
      addresses: [],
      labels: [],
      blockers: [],
      owners: [],
      isTeam: false,
      membership: "Assigned",
    });
    expect(record).toMatchObject({
      description: null,
      visibility: null,
      createdDateTime: null,
      renewedDateTime: null,
      expirationDateTime: null,
    });
  }
});

test("groups that are no Microsoft 365 groups are left out, should the filter be ignored", async () => {
  const server = await startServer(
    count(1),
    page([group(1), { ...group(2), groupTypes: [] }, { ...group(3), groupTypes: ["DynamicMembership"] }]),
    count(1),
  );
  const pages = await readAll(groups, makeContext(server.origin));
  expect(pages.flatMap(({ records }) => records.map(({ id }) => id))).toEqual([guid(1)]);
});

async function readCounted(listed: number, before: number | string, after: number | string) {
  const server = await startServer(count(before), page(range(listed)), count(after));
  return (await readAll(groups, makeContext(server.origin))).at(-1);
}

describe("the list is held against the counts before and after", () => {
  test.each([
    [1000, 1000, 1000],
    [995, 1000, 1000],
    [1005, 1000, 1000],
    [1010, 1000, 1020],
    [1010, 1020, 1000],
    [8, 10, 10],
  ])("%d listed of %d and %d is whole", async (listed, before, after) => {
    expect(await readCounted(listed, before, after)).toEqual({ records: [], next: null });
  });

  test.each([
    [994, 1000, 1000, "Graph listed 994 groups, but counts 1000: the list is not whole. Run again."],
    [1006, 1000, 1000, "Graph listed 1006 groups, but counts 1000: the list is not whole. Run again."],
    [900, 1020, 1000, "Graph listed 900 groups, but counts 1000 to 1020: the list is not whole. Run again."],
    [7, 10, 10, "Graph listed 7 groups, but counts 10: the list is not whole. Run again."],
    [0, 10, 10, "Graph listed 0 groups, but counts 10: the list is not whole. Run again."],
  ])("%d listed of %d and %d is failed", async (listed, before, after, message) => {
    expect(await readCounted(listed, before, after)).toEqual({ records: [], next: null, state: "failed", message });
  });

  test("a group that came on two pages counts once", async () => {
    const server = await startServer();
    server.script(count(10), page(range(5), `${server.origin}/v1.0/groups?$skiptoken=A`), page(range(7)), count(10));
    expect((await readAll(groups, makeContext(server.origin))).at(-1)).toMatchObject({ state: "failed" });
  });

  test("a count may begin with a BOM; one that is no number is asked for again", async () => {
    const server = await startServer(count(""), count("<html>"), count("\uFEFF2\n"), page(range(2)), count(2));
    expect((await readAll(groups, makeContext(server.origin))).at(-1)).toEqual({ records: [], next: null });
  });
});

test("a list that is denied is denied at once", async () => {
  const server = await startServer({
    status: 403,
    body: { error: { code: "Authorization_RequestDenied", message: "Insufficient privileges." } },
  });
  expect(await failureOf(readAll(groups, makeContext(server.origin)))).toMatchObject({
    code: "graph-denied",
    graphCode: "Authorization_RequestDenied",
  });
});
