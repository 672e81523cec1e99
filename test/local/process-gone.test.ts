import { spawn } from "node:child_process";
import { once } from "node:events";
import { hostname } from "node:os";
import { isProcessGone } from "../../src/local/process-gone";

const NOW = Date.parse("2026-11-23T02:10:00Z");
const lock = (holder: string, secondsAgo = 5) => ({
  runId: "r",
  holder,
  heartbeat: new Date(NOW - secondsAgo * 1000).toISOString(),
});

test("a process of this machine is gone as soon as it has ended", async () => {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  expect(isProcessGone(lock(`${hostname()}:${child.pid}:a`), NOW)).toBe(false);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isProcessGone(lock(`${hostname()}:${child.pid}:a`), NOW)).toBe(true);
});

test("another engine of this very process was stopped", () =>
  expect(isProcessGone(lock(`${hostname()}:${process.pid}:other`), NOW)).toBe(true));

test("a process elsewhere, or one with a number that was given again, is told by its silence", () => {
  for (const holder of [`elsewhere:1:a`, `${hostname()}:${process.ppid}:a`]) {
    expect(isProcessGone(lock(holder, 60), NOW)).toBe(false);
    expect(isProcessGone(lock(holder, 200), NOW)).toBe(true);
  }
});

test("a run of the Functions host is left alone for an hour", () => {
  expect(isProcessGone(lock("azure", 3_000), NOW)).toBe(false);
  expect(isProcessGone(lock("azure", 4_000), NOW)).toBe(true);
});
