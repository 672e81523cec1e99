// LibreOffice turns report.xlsx into CSV, and each cell is held against report.csv (the formula guard apart).
// Needs LibreOffice (Debian: libreoffice-calc-nogui). Usage: node bench/xlsx.mjs [groups]
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "csv-parse/sync";

const [groups = "1000"] = process.argv.slice(2);
const folder = mkdtempSync(path.join(tmpdir(), "groups-report-bench-"));
const cli = path.join(import.meta.dirname, "../dist/cli.js");
try {
  execFileSync(process.execPath, [cli, "demo", "--groups", groups, "--out", folder, "--data", path.join(folder, "data")], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  // Token 12: the second sheet, Groups. UTF-8, comma, quotes, cells as they are shown.
  const filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,2";
  const sheet = path.join(folder, "sheet");
  execFileSync(
    "soffice",
    [
      `-env:UserInstallation=file://${folder}/office`,
      "--headless",
      "--convert-to",
      filter,
      "--outdir",
      sheet,
      path.join(folder, "report.xlsx"),
    ],
    { stdio: "pipe" },
  );
  const read = (file) => parse(readFileSync(file, "utf8"), { bom: true, relax_column_count: true });
  const [csv, xlsx] = [read(path.join(folder, "report.csv")), read(path.join(sheet, "report-Groups.csv"))];
  // The guard of the CSV is a '. A cell in a sheet has one kind of line end, and LibreOffice writes booleans in capitals.
  const plain = (cell) =>
    cell
      .replaceAll("'", "")
      .replace(/\r\n?/g, "\n")
      .replace(/^(true|false)$/i, (word) => word.toLowerCase());
  let differing = Math.abs(csv.length - xlsx.length);
  for (const [at, line] of csv.entries()) {
    for (const [column, cell] of line.entries()) {
      const shown = plain(xlsx[at]?.[column] ?? "");
      if (plain(cell) === shown || (cell !== "" && !Number.isNaN(Number(cell)) && Number(cell) === Number(shown))) continue;
      if (differing++ < 5)
        console.log(`row ${at}, ${csv[0][column]}: csv ${JSON.stringify(cell)}, xlsx ${JSON.stringify(shown)}`);
    }
  }
  console.log(
    `${csv.length - 1} rows, ${csv[0].length} columns, ${statSync(path.join(folder, "report.xlsx")).size} bytes: ${differing} cells differ`,
  );
  process.exitCode = differing === 0 ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
