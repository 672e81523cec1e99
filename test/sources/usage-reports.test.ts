import { groupsUsage } from "../../src/sources/groups-usage";
import { siteUsage } from "../../src/sources/site-usage";
import { teamsUsage } from "../../src/sources/teams-usage";
import type { GroupsUsageRecord, RecordOf } from "../../src/model/records";
import type { Reply } from "../graph/scripted-server";
import { stopServers } from "../graph/scripted-server";
import { failureOf } from "../graph/world";
import { groupRecord, guid, makeContext, type SourceWorld } from "./context";
import { file, startReportServers } from "./report-server";

afterEach(stopServers);

type Kept = SourceWorld["kept"];
const SOURCES = { groupsUsage, teamsUsage, siteUsage } as const;

async function read<S extends keyof typeof SOURCES>(name: S, reply: Reply, kept: Kept = {}, afterwards: Reply[] = []) {
  const { graph } = await startReportServers(reply);
  graph.script(...afterwards);
  const { context, taken } = makeContext(graph.origin, kept);
  const { records: _, ...page } = await SOURCES[name].readPage(context, null);
  return { page: { ...page, records: taken as RecordOf[S][] }, graph };
}

const GROUPS =
  "Report Refresh Date,Group Display Name,Is Deleted,Owner Principal Name,Last Activity Date,Group Type,Member Count,External Member Count,Exchange Received Email Count,SharePoint Active File Count,Yammer Posted Message Count,Yammer Read Message Count,Yammer Liked Message Count,Exchange Mailbox Total Item Count,Exchange Mailbox Storage Used (Byte),SharePoint Total File Count,SharePoint Site Storage Used (Byte),Group Id,Report Period";
const ID = "02BD9FD6-8F93-4758-87C3-1FB73740A315";
const GROUP_ROW = `2026-11-21,"HR, Taskforce",False,megan@contoso.com,2026-11-20,Private,12,2,4,7,1,3,5,318,20344800,61,1455831,${ID},180`;

describe("groups usage", () => {
  test("its columns become a record", async () => {
    const { page, graph } = await read("groupsUsage", file(GROUPS, GROUP_ROW));
    expect(graph.seen[0]?.path).toBe("/v1.0/reports/getOffice365GroupsActivityDetail(period='D180')");
    expect(page).toEqual({
      records: [
        {
          id: ID.toLowerCase(),
          refreshed: "2026-11-21",
          lastActivity: "2026-11-20",
          members: 12,
          guests: 2,
          received: 4,
          mailboxItems: 318,
          mailboxBytes: 20_344_800,
          files: 61,
          activeFiles: 7,
          siteBytes: 1_455_831,
          posted: 1,
          read: 3,
          liked: 5,
        },
      ],
      next: null,
      rowsRead: 1,
      notUnderstood: 0,
      isUntold: false,
      listsIdle: false,
      dataDate: "2026-11-21",
    });
  });

  test("blank numbers are 0, a blank date is none", async () => {
    const { page } = await read("groupsUsage", file(GROUPS, `2026-11-21,x,False,,,Private,,,,,,,,,,,,${ID},180`));
    const { id, refreshed, lastActivity, ...numbers } = page.records[0] as GroupsUsageRecord;
    expect([id, refreshed, lastActivity]).toEqual([ID.toLowerCase(), "2026-11-21", null]);
    expect(Object.values(numbers)).toEqual(Array(11).fill(0));
  });

  test("guests may stand under the heading of the documentation's sample", async () => {
    const { page } = await read("groupsUsage", file(GROUPS.replace("External Member Count", "Guest Count"), GROUP_ROW));
    expect(page.records[0]).toMatchObject({ guests: 2 });
  });

  test("a row without an id is counted, and may be anybody's", async () => {
    const { page } = await read("groupsUsage", file(GROUPS, GROUP_ROW, GROUP_ROW.replace(ID, "")));
    expect(page).toMatchObject({ rowsRead: 2, notUnderstood: 1, isUntold: true, records: [{ id: ID.toLowerCase() }] });
    expect(page.records).toHaveLength(1);
  });

  test("a header alone has no rows and no date", async () => {
    const { page } = await read("groupsUsage", file(GROUPS));
    expect(page).toMatchObject({ records: [], rowsRead: 0, dataDate: null, next: null });
  });
});

const TEAMS =
  "Report Refresh Date,Team Name,Team Id,Team Type,Last Activity Date,Report Period,Active Users,Active Channels,Guests,Reactions,Meetings Organized,Post Messages,Reply Messages,Channel Messages,Urgent Messages,Mentions,Active Shared Channels,Active External Users";

describe("Teams usage", () => {
  test("its columns become a record", async () => {
    const { page, graph } = await read(
      "teamsUsage",
      file(TEAMS, `2026-11-21,HR,${ID},Private,2026-11-19,180,11,3,1,9,4,20,15,36,0,2,0,0`),
    );
    expect(graph.seen[0]?.path).toBe("/v1.0/reports/getTeamsTeamActivityDetail(period='D180')");
    expect(page.records).toEqual([
      {
        id: ID.toLowerCase(),
        refreshed: "2026-11-21",
        lastActivity: "2026-11-19",
        activeUsers: 11,
        activeChannels: 3,
        meetings: 4,
        posts: 20,
        replies: 15,
      },
    ]);
  });

  test("the headings of the documentation's list, in lower case, are the same", async () => {
    const { page } = await read(
      "teamsUsage",
      file(
        "Team Id,Last activity date,Active users,Active channels,Meetings organized,Post messages,Reply messages",
        `${ID},2026-11-20,1,2,3,4,5`,
      ),
    );
    expect(page.records).toEqual([
      { id: ID.toLowerCase(), lastActivity: "2026-11-20", activeUsers: 1, activeChannels: 2, meetings: 3, posts: 4, replies: 5 },
    ]);
  });
});

const SITES =
  "Report Refresh Date,Site Id,Site URL,Owner Display Name,Is Deleted,Last Activity Date,File Count,Active File Count,Page View Count,Visited Page Count,Storage Used (Byte),Storage Allocated (Byte),Root Web Template,Owner Principal Name,Report Period";
const site = (change: { id?: string; url?: string; deleted?: string; template?: string; owner?: string } = {}) => {
  const {
    id = A1,
    url = "https://contoso.sharepoint.com/sites/hr",
    deleted = "False",
    template = "Group",
    owner = "hr@contoso.com",
  } = change;
  return `2026-11-21,${id},${url},HR,${deleted},2026-11-18,61,7,1,1,1455831,27487790694400,${template},${owner},180`;
};
const A1 = guid(1, "A");
const B2 = guid(2, "b");
const kept: Kept = {
  groups: [
    groupRecord(guid(1, "1"), { addresses: ["hr@contoso.com", "people@contoso.onmicrosoft.com"] }),
    groupRecord(guid(2, "f"), { addresses: ["sales@contoso.com"] }),
  ],
};

describe("site usage", () => {
  test("a row belongs to the group whose mail is its owner", async () => {
    const { page, graph } = await read(
      "siteUsage",
      file(SITES, site(), site({ id: B2, owner: "sales@contoso.com", url: "" })),
      kept,
    );
    expect(graph.seen[0]?.path).toBe("/v1.0/reports/getSharePointSiteUsageDetail(period='D180')");
    expect(page.records).toEqual([
      {
        id: guid(1, "1"),
        siteId: guid(1),
        refreshed: "2026-11-21",
        url: "https://contoso.sharepoint.com/sites/hr",
        lastActivity: "2026-11-18",
        files: 61,
        activeFiles: 7,
        bytes: 1_455_831,
      },
      {
        id: guid(2, "f"),
        siteId: B2,
        refreshed: "2026-11-21",
        url: null,
        lastActivity: "2026-11-18",
        files: 61,
        activeFiles: 7,
        bytes: 1_455_831,
      },
    ]);
    expect(page).toMatchObject({ rowsRead: 2, dataDate: "2026-11-21", next: null });
  });

  test("in any case, and by any of the group's addresses", async () => {
    const { page } = await read(
      "siteUsage",
      file(SITES, site({ owner: "HR@Contoso.com" }), site({ owner: "People@contoso.onmicrosoft.com" })),
      kept,
    );
    expect(page.records.map(({ id }) => id)).toEqual([guid(1, "1"), guid(1, "1")]);
  });

  test("several sites of one group are all handed on", async () => {
    const { page } = await read("siteUsage", file(SITES, site({ id: A1 }), site({ id: guid(2) }), site({ id: guid(3) })), kept);
    expect(page.records).toMatchObject([{ siteId: guid(1) }, { siteId: guid(2) }, { siteId: guid(3) }]);
  });

  test.each([
    ["deleted sites", { deleted: "True" }],
    ["sites of other kinds", { template: "Team Channel", owner: "megan@contoso.com" }],
    ["people's own sites", { owner: "megan@contoso.com" }],
  ])("%s are counted as read, but left out", async (_, change) => {
    const { page } = await read("siteUsage", file(SITES, site(change), site()), kept);
    expect(page).toMatchObject({ rowsRead: 2 });
    expect(page.records).toHaveLength(1);
  });

  test("the columns of the beta in between change nothing", async () => {
    const header = SITES.replace(
      "Last Activity Date,",
      "Last Activity Date,Site Sensitivity Label Id,External Sharing,Unmanaged Device Policy,Geo Location,",
    );
    const { page } = await read("siteUsage", file(header, site().replace("2026-11-18,", "2026-11-18,,Enabled,,EUR,")), kept);
    expect(page.records[0]).toMatchObject({ files: 61, bytes: 1_455_831 });
  });
});

describe("a concealed report", () => {
  const hidden = "7D3654B07E126BBD0D18174368FC243F";
  const zero = "00000000-0000-0000-0000-000000000000";
  const reports = [
    ["groupsUsage", file(GROUPS, `2026-11-21,${hidden},False,${hidden},,Public,1,0,,,,,,5,203448,0,1455831,${zero},180`)],
    ["teamsUsage", file(TEAMS, `2026-11-21,${hidden},${zero},Private,2026-11-19,180,11,3,1,9,4,20,15,36,0,2,0,0`)],
    ["siteUsage", file(SITES, site({ id: zero, url: hidden, owner: hidden }))],
  ] as const;

  test.each(reports)("of %s keeps no row, and its date", async (name, reply) => {
    const { page } = await read(name, reply, kept, [{ status: 403 }]);
    expect(page).toMatchObject({ state: "concealed", records: [], rowsRead: 1, dataDate: "2026-11-21", next: null });
  });

  test.each([
    ["is on", { body: { displayConcealedNames: true } }, /displayConcealedNames is true/],
    [
      "is on, as the documentation wraps it",
      { body: { value: { displayConcealedNames: true } } },
      /displayConcealedNames is true/,
    ],
    ["was changed", { body: { displayConcealedNames: false } }, /has been changed/],
    ["may not be read", { status: 403, body: {} }, /^The report hides names and ids\.$/],
    ["is not there", { status: 404, body: {} }, /^The report hides names and ids\.$/],
  ])("says so where the setting %s", async (_, reply, message) => {
    const { page, graph } = await read("groupsUsage", reports[0][1], {}, [reply]);
    expect(graph.seen[1]).toMatchObject({ method: "GET", path: "/v1.0/admin/reportSettings" });
    expect(page.message).toMatch(message);
  });
});

test.each(Object.keys(SOURCES) as (keyof typeof SOURCES)[])("%s without its permission is denied", async (name) => {
  const { graph } = await startReportServers();
  graph.script({ status: 403, body: { error: { code: "S2SUnauthorized", message: "Invalid permission." } } });
  expect(await failureOf(SOURCES[name].readPage(makeContext(graph.origin, kept).context, null))).toMatchObject({
    code: "graph-denied",
  });
});

test("a figure whose column is not in the report is unknown, not 0", async () => {
  const { page } = await read(
    "groupsUsage",
    file("Report Refresh Date,Group Id,Last Activity Date,Member Count", `2026-11-21,${ID},2026-11-20,`),
  );
  expect(page.records).toEqual([
    expect.objectContaining({ members: 0, guests: null, received: null, files: null, siteBytes: null }),
  ]);
});

test("a report without a column for the last activity is partial, and no group looks unused by it", async () => {
  const { page } = await read("groupsUsage", file("Report Refresh Date,Group Id,Member Count", `2026-11-21,${ID},3`));
  expect(page).toMatchObject({ state: "partial", message: "The groups usage report has no column Last Activity Date." });
  const unclear = "the groups usage report has no column Last Activity Date";
  expect(page.records).toMatchObject([{ members: 3, lastActivity: { unclear } }]);
});

test("a bare quote in a name is part of the name", async () => {
  const { page } = await read("groupsUsage", file(GROUPS, GROUP_ROW.replace('"HR, Taskforce"', 'The "old" team')));
  expect(page.records).toEqual([expect.objectContaining({ id: ID.toLowerCase(), members: 12 })]);
});
