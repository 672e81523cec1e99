import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

const root = path.join(__dirname, "../..");
const text = readFileSync(path.join(root, "docs/security.md"), "utf8");

test("every test that docs/security.md names is there", () => {
  const named = [...new Set([...text.matchAll(/`(test\/[^`]+)`/g)].map(([, file = ""]) => file))];
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
});

test("every row of its tables names a test, or says that nothing stops it", () => {
  const rows = text
    .split("\n")
    .filter((line) => line.startsWith("| ") && !/^\| (what (they|it) could try|---)/.test(line))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  expect(rows.length).toBeGreaterThan(25);
  for (const [, tried = "", stopped = "", shown = ""] of rows)
    expect([tried, shown !== "" || stopped.startsWith("nothing:")]).toEqual([tried, true]);
});

test("SECURITY.md and README lead to it, and no mail address is made up", () => {
  for (const file of ["SECURITY.md", "README.md", "docs/operations.md"])
    expect(readFileSync(path.join(root, file), "utf8")).toMatch(/\(((docs|\.\.)\/)?(docs\/)?security\.md\)/);
  expect(readFileSync(path.join(root, "SECURITY.md"), "utf8")).not.toMatch(/\S@\S+\.\w+/);
});
