// 1,000 groups, one request in twenty failing in every way at once, against the same tenant undisturbed, seed by seed.
// Prints how many cells differ, the gaps, and what the faults cost in requests. Usage: node bench/faults.mjs [groups] [seeds]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const [groups = "1000", seeds = "10"] = process.argv.slice(2);
const cli = path.join(import.meta.dirname, "../dist/cli.js");
// The run's own: its id, and its clock.
const OWN = ["runId", "change", "resultSince"];

function makeReport(seed, ...more) {
  const folder = mkdtempSync(path.join(tmpdir(), "groups-report-bench-"));
  try {
    const args = [
      cli,
      "demo",
      "--groups",
      groups,
      "--seed",
      String(seed),
      "--out",
      folder,
      "--data",
      path.join(folder, "data"),
      ...more,
    ];
    execFileSync(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, FEATURES: "all" } });
    return JSON.parse(readFileSync(path.join(folder, "report.json"), "utf8"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const requests = ({ summary }) => summary.sources.reduce((sum, source) => sum + source.requests, 0);

let wrong = 0;
for (let seed = 1; seed <= Number(seeds); seed++) {
  const [calm, rough] = [makeReport(seed), makeReport(seed, "--faults")];
  const rows = new Map(calm.rows.map((row) => [row.id, row]));
  let differing = Math.abs(calm.rows.length - rough.rows.length);
  for (const row of rough.rows) {
    for (const key of Object.keys(row))
      if (!OWN.includes(key) && JSON.stringify(row[key]) !== JSON.stringify(rows.get(row.id)?.[key])) differing++;
  }
  const gaps = rough.summary.sources.filter(({ remedy }) => remedy !== null).map(({ name, state }) => `${name} ${state}`);
  wrong += differing + gaps.length;
  console.log(
    `seed ${seed}: ${rough.rows.length} rows, ${differing} cells differ, gaps: ${gaps.join(", ") || "none"}, requests ${requests(calm)} -> ${requests(rough)}`,
  );
}
console.log(wrong === 0 ? "every cell right, no gap" : `${wrong} differences`);
process.exitCode = wrong === 0 ? 0 : 1;
