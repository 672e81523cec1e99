import { type LocalServer, startLocalServer } from "../../src/local/server";
import type { Store } from "../../src/store";
import { newRunId } from "../../src/model/keys";
import { makeReport, openWorld, type Report, type World } from "../integration/world";

export interface Nights {
  world: World;
  server: LocalServer;
  close: () => Promise<void>;
}

const DAY = 86_400_000;

/**
 * Reports of a row of nights, the last of them tonight. The simulated tenant stands still but for groups that come and go;
 * so every night a few more pass a threshold, as in a tenant where nobody works.
 */
export async function reportNights(world: World, nights: number): Promise<Report> {
  const { tenant } = world.simulator;
  const realNow = tenant.now.getTime();
  let last: Report | undefined;
  for (let ago = nights - 1; ago >= 0; ago--) {
    world.services.now = () => Date.now() - ago * DAY;
    const night = nights - 1 - ago;
    const groups = tenant.groups.filter((_, at) =>
      at % 9 === 4 ? (at / 9) % nights < night + 1 : at % 29 !== 7 || (at / 29) % nights > night,
    );
    world.simulator.tenant = {
      ...tenant,
      groups,
      groupById: new Map(groups.map((group) => [group.id, group])),
      now: new Date(realNow - ago * DAY),
    };
    last = await makeReport(world);
  }
  if (!last) throw new Error("no nights");
  return last;
}

/** Published runs of the nights before, as the store keeps them: their files are not made. Each has one Pass more than the one before. */
async function addEarlier({ runs }: Store, nights: number): Promise<void> {
  const first = (await runs.list()).at(-1);
  if (!first?.figures) throw new Error("no published run");
  const { groups, byResult } = first.figures;
  for (let ago = nights; ago > 0; ago--) {
    const startedAt = new Date(Date.parse(first.startedAt) - ago * DAY).toISOString();
    const runId = newRunId(new Date(startedAt));
    await runs.insert(runId, startedAt, { ...first, deadline: startedAt });
    await runs.end(runId, "Completed", startedAt, {
      figures: { groups: (groups ?? 0) - ago, byResult: { ...byResult, Pass: (byResult["Pass"] ?? 0) - ago } },
    });
  }
}

/** The same, served as `serve` does it; `earlier` nights before them stand in the list alone. */
export async function serveNights(nights: number, groups: number, earlier = 0): Promise<Nights> {
  const world = await openWorld({ groups, settings: { FEATURES: "teams" } });
  await reportNights(world, nights);
  await addEarlier(world.services.store, earlier);
  const server = await startLocalServer(world, 0, () => undefined);
  return {
    world,
    server,
    close: async () => {
      await server.close();
      await world.close();
    },
  };
}
