import { type LocalServer, startLocalServer } from "../../src/embedded/server";
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

/** The same, served as `serve` does it. */
export async function serveNights(nights: number, groups: number): Promise<Nights> {
  const world = await openWorld({ groups, settings: { FEATURES: "teams" } });
  await reportNights(world, nights);
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
