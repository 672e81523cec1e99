/**
 * The rooms of src/, from the ground up: a room imports from those below it alone, and no file goes in a circle.
 * docs/architecture.md says what each is for.
 */
const ROOMS = [
  ["model"],
  ["settings"],
  ["network", "telemetry"],
  ["auth"],
  ["graph"],
  ["store", "verdict"],
  ["sources", "report"],
  ["web"],
  ["orchestration"],
  ["activities"],
  ["runs"],
  ["api", "admin"],
  ["local", "functions"],
  ["cli"],
];

const anyOf = (rooms) => `^src/(${rooms.join("|")})/`;

const arrows = ROOMS.flatMap((floor, at) =>
  floor.map((room) => ({
    name: `${room}-imports-from-below`,
    severity: "error",
    from: { path: anyOf([room]) },
    to: {
      path: anyOf(
        ROOMS.slice(at)
          .flat()
          .filter((other) => other !== room),
      ),
    },
  })),
);

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...arrows,
    { name: "no-circles", severity: "error", from: { path: "^src/" }, to: { circular: true } },
    { name: "every-room-has-its-floor", severity: "error", from: { path: "^src/", pathNot: anyOf(ROOMS.flat()) }, to: {} },
    // The simulated Graph is held against the software: it shares nothing with it but the way to the terminal.
    {
      name: "simulator-stands-alone",
      severity: "error",
      from: { path: "^simulator/" },
      to: { path: "^src/", pathNot: "^src/telemetry/terminal" },
    },
    { name: "nothing-needs-the-simulator", severity: "error", from: { path: "^src/" }, to: { path: "^simulator/" } },
    {
      name: "pure",
      comment: "No I/O, and nothing that a browser lacks.",
      severity: "error",
      from: { path: "^src/(model|verdict|web)/", pathNot: "^src/model/keys.ts$" },
      to: { dependencyTypes: ["core", "npm"] },
    },
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: { extensions: [".ts", ".d.ts", ".js", ".cjs", ".mjs", ".json"] },
  },
};
