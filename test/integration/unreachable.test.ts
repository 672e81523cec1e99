import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { startSimulator } from "../../simulator";
import { runCommand } from "./command-line";

/** In a file of its own: it waits for two minutes, beside which others can be run. */
test("a Graph endpoint that is down ends the run after two minutes, with its name and the reason", async () => {
  const closed = createServer();
  const port = await new Promise<number>((resolve) =>
    closed.listen(0, "127.0.0.1", () => resolve((closed.address() as AddressInfo).port)),
  );
  await new Promise((resolve) => closed.close(resolve));
  const simulator = await startSimulator({ groups: 20 });
  const folder = await mkdtemp(path.join(tmpdir(), "groups-report-"));
  const { code, stderr } = await runCommand(["run", "--out", path.join(folder, "out"), "--data", path.join(folder, "data")], {
    IDENTITY_ENDPOINT: simulator.identityEndpoint,
    IDENTITY_HEADER: simulator.identityHeader,
    GRAPH_ENDPOINT: `http://127.0.0.1:${port}`,
  });
  await simulator.close();
  await rm(folder, { recursive: true, force: true });
  expect([code, stderr.trimEnd().split("\n").length]).toEqual([1, 1]);
  expect(stderr).toMatch(/127\.0\.0\.1:\d+ could not be reached for two minutes.*ECONNREFUSED.*GRAPH_ENDPOINT/);
}, 400_000);
