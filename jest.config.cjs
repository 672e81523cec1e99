/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/test"],
  testMatch: ["**/*.test.ts"],
  transform: {
    "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } }],
  },
  // What scripts/build.mjs inlines into the bundles.
  moduleNameMapper: {
    "^console-assets$": "<rootDir>/dist/console-assets.json",
    "^report-page$": "<rootDir>/dist/report-page.js",
  },
  // For what hangs: no test passes or fails by how fast the machine is.
  testTimeout: 180_000,
  // Five for two cores: the longest tests mostly wait, as for the two minutes of a Graph that is out of reach.
  maxWorkers: 5,
};
