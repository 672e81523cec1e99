import { type LocalServer, startLocalServer } from "../../src/embedded/server";
import { makeReport, openWorld, type World } from "../integration/world";

export interface Nights {
  world: World;
  server: LocalServer;
  close: () => Promise<void>;
}

const DAY = 86_400_000;

/**
 * A tenant that has been reported on for so many nights, the last of them today: it grows, and a few of its failing
 * groups are deleted from night to night. Served as `serve` does it.
 */
export async function serveNights(nights: number, groups: number): Promise<Nights> {
  const start = Date.now() - (nights - 1) * DAY;
  const world = await openWorld({ groups, now: new Date(start), settings: { FEATURES: "teams" } });
  const { tenant } = world.simulator;
  const failing = tenant.groups.filter(({ expected }) => expected.result === "Fail").map(({ id }) => id);
  for (let night = 0; night < nights; night++) {
    const gone = new Set(failing.slice(0, Math.round((failing.length * 0.4 * night) / nights)));
    const listed = tenant.groups.slice(0, Math.round(groups * (0.86 + (0.14 * night) / nights)));
    const kept = listed.filter(({ id }) => !gone.has(id));
    world.simulator.tenant = {
      ...tenant,
      groups: kept,
      groupById: new Map(kept.map((group) => [group.id, group])),
      now: new Date(start + night * DAY),
    };
    const behind = (nights - 1 - night) * DAY;
    world.services.now = () => Date.now() - behind;
    await makeReport(world);
  }
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
