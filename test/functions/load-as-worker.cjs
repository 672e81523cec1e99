// A stand-in for the Functions worker, in a process of its own: requires what package.json's `main` matches, with a
// @azure/functions-core of its own, and prints what was registered as JSON.
const Module = require("node:module");
const path = require("node:path");
const fs = require("node:fs");

/** @param {string} root folder of the app */
exports.loadAsWorker = function loadAsWorker(root) {
  const functions = [];
  class Disposable {
    dispose() {}
  }
  const core = {
    version: "3.13.0",
    hostVersion: "4.1037.0",
    Disposable,
    setup: undefined,
    setProgrammingModel() {},
    registerFunction(metadata, handler) {
      functions.push({ ...metadata, handler });
      return new Disposable();
    },
    registerHook: () => new Disposable(),
    log() {},
  };
  const load = Module._load;
  Module._load = (request, ...rest) => (request === "@azure/functions-core" ? core : load(request, ...rest));
  const { main } = JSON.parse(fs.readFileSync(path.join(root, "package.json"), "utf8"));
  const files = fs.globSync ? fs.globSync(main, { cwd: root }) : [main].filter((file) => fs.existsSync(path.join(root, file)));
  for (const file of files) require(path.resolve(root, file));
  return { files, functions };
};

if (require.main === module) {
  const { files, functions } = exports.loadAsWorker(process.argv[2]);
  process.stdout.write(
    JSON.stringify({
      files,
      functions: functions.map(({ handler, ...rest }) => ({ ...rest, hasHandler: typeof handler === "function" })),
    }),
  );
  // Nothing may keep a worker alive, or do anything, before the first invocation.
}
