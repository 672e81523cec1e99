import { existsSync, readFileSync } from "node:fs";
import Module from "node:module";
import path from "node:path";

/**
 * A stand-in for the Functions worker: it requires what package.json's `main` matches, with a `@azure/functions-core`
 * of its own, and takes down what is registered. A file that throws at load would leave the host running without
 * functions (durable-facts §2.7).
 */
interface Binding {
  name: string;
  type: string;
  direction: string;
  [key: string]: unknown;
}
interface Registered {
  name: string;
  bindings: Record<string, Binding>;
}

const root = path.join(__dirname, "../..");
const main = (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { main: string }).main;

function loadAsWorker(environment: Record<string, string>): { functions: Registered[]; setup: unknown[] } {
  const functions: Registered[] = [];
  const setup: unknown[] = [];
  const core = {
    version: "4.0.0",
    hostVersion: "4.1037.0",
    setProgrammingModel: () => undefined,
    getProgrammingModel: () => ({}),
    registerFunction: (metadata: Registered) => {
      functions.push(metadata);
      return new core.Disposable();
    },
    registerHook: () => new core.Disposable(),
    log: () => undefined,
    setProgrammingModelOptions: () => undefined,
    Disposable: class {
      dispose(): void {}
    },
  };
  const loader = Module as unknown as { _load: (request: string, ...rest: unknown[]) => unknown };
  const load = loader._load;
  loader._load = (request, ...rest) => (request === "@azure/functions-core" ? core : load(request, ...rest));
  const before = { ...process.env };
  const native = Module.createRequire(path.join(root, "package.json"));
  try {
    for (const name of Object.keys(process.env)) if (!["PATH", "HOME", "NODE_OPTIONS", "TMPDIR"].includes(name)) delete process.env[name];
    Object.assign(process.env, environment);
    const file = path.join(root, main);
    delete native.cache[file];
    native(file);
  } finally {
    loader._load = load;
    process.env = before;
  }
  return { functions, setup };
}

test("main matches a file that is there", () => {
  expect(existsSync(path.join(root, main))).toBe(true);
});
