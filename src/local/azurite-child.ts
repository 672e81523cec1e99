import type { StorageAccount } from "./owner-file";

/** What an Azurite of every version has kept its data under; it is Azurite's own default. */
const ACCOUNT_ON_DISK = "devstoreaccount1";

/**
 * The program of the child process: Azurite as it is, and around it what it lacks for data that matters.
 * - It keeps its data by the account's name. On disk that stays the one of old, so that each start can have another.
 * - It ends when all is on disk, in order, and says by its exit code whether it is. Its owner file goes last: while that is
 *   there and this process is not, something was lost.
 * - It ends, saving, as soon as its parent is gone, be it by kill -9. Nobody reads its words then, and the broken pipe must not
 *   end it before it has saved.
 *
 * Azurite holds its tables in LokiJS databases, which write themselves to a file beside their own and rename it, each by
 * itself every five seconds. What a database points at is written before it: a run that has ended has its files.
 */
export const CHILD = `
process.umask(0o077);
const { GROUPS_REPORT_AZURITE: azurite, GROUPS_REPORT_OWNER_FILE: ownerFile, AZURITE_ACCOUNTS } = process.env;
const fs = require("node:fs");
const path = require("node:path");
const near = require("node:module").createRequire(azurite);
const Loki = near("lokijs");
const { default: ServerBase } = near("./common/ServerBase.js");
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const account = AZURITE_ACCOUNTS.split(":")[0];
const { loadJSONObject, serializeReplacer, loadDatabase } = Loki.prototype;
Loki.prototype.loadJSONObject = function (database, options) {
  for (const collection of database.collections) {
    if (collection.name.startsWith("${ACCOUNT_ON_DISK}$"))
      collection.name = account + collection.name.slice(${ACCOUNT_ON_DISK.length});
    else
      for (const one of collection.data)
        for (const key of ["account", "accountName"]) if (one[key] === "${ACCOUNT_ON_DISK}") one[key] = account;
  }
  return loadJSONObject.call(this, database, options);
};
Loki.prototype.serializeReplacer = function (key, value) {
  if (value === account && (key === "account" || key === "accountName")) return "${ACCOUNT_ON_DISK}";
  if (key === "name" && typeof value === "string" && value.startsWith(account + "$"))
    return "${ACCOUNT_ON_DISK}" + value.slice(account.length);
  return serializeReplacer.call(this, key, value);
};

const databases = new Map();
Loki.prototype.loadDatabase = function (options, callback) {
  return loadDatabase.call(this, options, (error) => {
    // A file that can't be opened is another matter than one that makes no sense.
    if ((error instanceof SyntaxError || error instanceof TypeError) && process.connected)
      process.send({ broken: path.basename(this.filename) });
    callback(error);
  });
};
const { saveDatabase } = Loki.prototype;
Loki.prototype.saveDatabase = function (callback) {
  databases.set(path.basename(this.filename), this);
  return saveDatabase.call(this, callback);
};

let isClosing = false;
let saving = 0;
const isDirty = (database) => database.autosaveDirty() || database.throttledSavePending;
const POINTS_AT = { table: "blob", blob: "blob_extent", queue: "queue_extent" };
Loki.LokiFsAdapter.prototype.saveDatabase = function (file, text, callback) {
  saving++;
  const name = path.basename(file);
  const end = (error) => {
    saving--;
    // What failed is to be tried again.
    if (error) for (const collection of databases.get(name).collections) collection.dirty = true;
    callback(error ?? null);
  };
  const write = (error) => {
    if (error) return end(error);
    fs.writeFile(file + "~", text, { flush: isClosing }, (failed) => (failed ? end(failed) : fs.rename(file + "~", file, end)));
  };
  const pointed = databases.get("__azurite_db_" + POINTS_AT[/^__azurite_db_(.*)\\.json$/.exec(name)[1]] + "__.json");
  if (pointed && isDirty(pointed)) pointed.saveDatabase(write);
  else write();
};

const closings = [];
const { close } = ServerBase.prototype;
ServerBase.prototype.close = function () {
  const closed = close.call(this);
  closings.push(closed);
  if (!isClosing) {
    isClosing = true;
    process.on("unhandledRejection", () => undefined);
    setImmediate(finish);
  }
  return closed;
};

async function finish() {
  await Promise.allSettled(closings);
  for (let tries = 0, last; saving > 0 || [...databases.values()].some(isDirty); ) {
    const unsaved = [...databases.values()].filter((database) => database.autosaveDirty());
    const saved = await Promise.allSettled(
      unsaved.map((database) => new Promise((resolve, reject) => database.saveDatabase((error) => (error ? reject(error) : resolve())))),
    );
    last = saved.find(({ status }) => status === "rejected")?.reason;
    if (last && ++tries === 5) {
      console.error(String(last.message ?? last));
      process.exit(1);
    }
    await new Promise((resolve) => setTimeout(resolve, last ? 1000 : 20));
  }
  fs.rmSync(ownerFile, { force: true });
  process.exit(0);
}

process.on("disconnect", function end() {
  // Azurite listens for it once it has started. A signal to oneself would be the end itself on Windows.
  if (process.listenerCount("message") > 0) process.emit("message", "shutdown");
  else setTimeout(end, 50);
});
process.argv.splice(1, 0, azurite);
require(azurite);
`;

/** Nothing else of the environment reaches it: it holds secrets. NODE_OPTIONS may give it more memory. */
const HANDED_ON = /^(NODE_OPTIONS|LD_LIBRARY_PATH|DYLD_LIBRARY_PATH|TMPDIR|TEMP|TMP|SystemRoot|windir)$/i;

export function childEnvironment(
  environment: NodeJS.ProcessEnv,
  ownerFile: string,
  { account, key }: StorageAccount,
): NodeJS.ProcessEnv {
  return {
    ...Object.fromEntries(Object.entries(environment).filter(([name]) => HANDED_ON.test(name))),
    AZURITE_ACCOUNTS: `${account}:${key}`,
    GROUPS_REPORT_AZURITE: require.resolve("azurite/dist/src/azurite.js"),
    GROUPS_REPORT_OWNER_FILE: ownerFile,
  };
}
