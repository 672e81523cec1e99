import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";

/** What a comment or a page cites must be there: a heading of docs/graph.md, a file, an anchor. */
const root = path.join(__dirname, "../..");
const files = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], { cwd: root, encoding: "utf8" })
  .split("\n")
  .filter((file) => file !== "" && existsSync(path.join(root, file)));
const read = (file: string) => readFileSync(path.join(root, file), "utf8");

/** As GitHub makes an anchor of a heading. */
const anchorsOf = (file: string) =>
  new Set(
    [...read(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
        .replaceAll(" ", "-"),
    ),
  );

test("every heading of a docs page that the code cites is there", () => {
  const cited = files
    .filter((file) => /\.(ts|mjs|cjs|bicep|css)$/.test(file) && file !== "test/docs/references.test.ts")
    .flatMap((file) =>
      [...read(file).matchAll(/\b([a-z]+\.md)#([a-z0-9-]+)/g)].map(([, page = "", anchor = ""]) => ({ file, page, anchor })),
    );
  expect(cited.length).toBeGreaterThan(50);
  const dead = cited.filter(
    ({ page, anchor }) => !existsSync(path.join(root, "docs", page)) || !anchorsOf(`docs/${page}`).has(anchor),
  );
  expect(dead).toEqual([]);
});

test("no comment cites a document that is not in the repository", () => {
  const lost = files
    .filter((file) => /\.(ts|mjs|cjs|bicep|css)$/.test(file) && file !== "test/docs/references.test.ts")
    .flatMap((file) =>
      [...read(file).matchAll(/(?:graph-facts|durable-facts|design\.md|style\.md|§)/g)].map(([found]) => [file, found]),
    );
  expect(lost).toEqual([]);
});

test("every link between the pages leads somewhere", () => {
  const dead = files
    .filter((file) => file.endsWith(".md"))
    .flatMap((file) =>
      [...read(file).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)].map(([, target = ""]) => ({ file, target })),
    )
    .filter(({ file, target }) => {
      const [page = "", anchor] = target.split("#");
      const to = page === "" ? file : path.join(path.dirname(file), page);
      if (!existsSync(path.join(root, to))) return true;
      return anchor !== undefined && to.endsWith(".md") && !anchorsOf(to).has(anchor);
    });
  expect(dead).toEqual([]);
});
