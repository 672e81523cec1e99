import { makeReport, openWorld, type World } from "./world";

/**
 * Tokens end, and are revoked, in the middle of a run. The lives are short from the start, since @azure/identity keeps a
 * managed identity's longer ones in a cache that nobody can empty (graph-facts §11).
 */
let world: World;

beforeAll(async () => {
  world = await openWorld({
    groups: 150,
    settings: { FEATURES: "all" },
    switches: { tokenLifeSeconds: 10, latencyMs: 900, shortPages: true },
  });
});
afterAll(() => world.close());

test("a run across several lives of a token loses nothing", async () => {
  const { summary, rows } = await makeReport(world);
  expect([summary.status, rows.length]).toEqual(["Completed", 150]);
  expect(summary.tokens.renewals).toBeGreaterThan(0);
  expect(summary.tokens.acquired).toBe(world.simulator.tokens.issued.length);
  expect(summary.tokens.longestMinutes).toBeLessThan(1);
});

test("tokens that are revoked on the way lose nothing", async () => {
  const revoking = setInterval(() => world.simulator.revokeAll(), 4000);
  try {
    const { summary, rows } = await makeReport(world);
    expect([summary.status, rows.length]).toEqual(["Completed", 150]);
  } finally {
    clearInterval(revoking);
  }
});

test("no token stands in a table, a blob, the orchestration history or an event", async () => {
  const { connect } = await import("../../src/store/connect");
  const { tables, container } = await connect({ kind: "connectionString", connectionString: world.storage.connectionString });
  let text = world.engine.history() + JSON.stringify(world.events);
  for (const table of Object.values(tables)) for await (const entity of table.listEntities()) text += JSON.stringify(entity);
  for await (const { name } of container.listBlobsFlat())
    text += (await container.getBlobClient(name).downloadToBuffer()).toString("latin1");
  expect(text.length).toBeGreaterThan(10_000);
  expect(text).not.toMatch(/eyJ[\w-]{10,}\.[\w-]+\.|Bearer [\w.-]{10}/);
  expect(text).not.toContain(world.simulator.identityHeader);
});
