import { startLocalServer } from "../../src/local/server";
import { openWorld } from "../integration/world";

test("a storage that goes away while the app runs is told as such by every route that needs it, without a stack or a key", async () => {
  const world = await openWorld({ groups: 10 });
  const lines: string[] = [];
  const server = await startLocalServer(world, 0, (line) => lines.push(line));
  const headers = { "x-functions-key": server.key };
  try {
    expect((await fetch(`${server.url}/api/health`, { headers })).status).toBe(200);
    await world.storage.stop();
    const asked: [string, string][] = [
      ["GET", "health"],
      ["GET", "reports"],
      ["GET", "reports/latest/csv"],
      ["POST", "reports"],
    ];
    await Promise.all(
      asked.map(async ([method, route]) => {
        const response = await fetch(`${server.url}/api/${route}`, { method, headers });
        const problem = (await response.json()) as { title: string; detail: string };
        expect([route, response.status, problem.title]).toEqual([route, 503, "The storage can't be reached"]);
        expect(problem.detail).toMatch(/role assignments.*log says more/);
        expect(JSON.stringify(problem)).not.toMatch(/AccountKey|ECONNREFUSED|at \S+ \(/);
      }),
    );
    expect(lines.length).toBe(asked.length);
    // A page is made of constants.
    expect((await fetch(`${server.url}/api/console`)).status).toBe(200);
  } finally {
    await server.close();
    await world.close();
  }
});
