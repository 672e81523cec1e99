import { COLUMNS } from "../../src/report/columns";

test("there are the 52 columns of the contract, each with a definition of one sentence", () => {
  expect(COLUMNS).toHaveLength(52);
  for (const { definition } of COLUMNS) expect(definition).toMatch(/^[A-Za-z].{10,}\.$/);
});

test("headings and keys are unique", () => {
  expect(new Set(COLUMNS.map((column) => column.heading)).size).toBe(52);
  expect(new Set(COLUMNS.map((column) => column.key)).size).toBe(52);
});
