// What a process of any user of this machine can find out: reads all it can reach of files and of processes, and asks the
// storage with an account and key, and without. Prints what it got as JSON.
const { createHmac } = require("node:crypto");
const { readdirSync, readFileSync, statSync } = require("node:fs");
const path = require("node:path");
const { places, pids, endpoints, account, key } = JSON.parse(process.argv.at(-1));

function readAll(place) {
  try {
    return statSync(place).isDirectory()
      ? readdirSync(place).flatMap((name) => [path.join(place, name), ...readAll(path.join(place, name))])
      : [readFileSync(place, "latin1").slice(0, 100)];
  } catch (error) {
    if (error.code === "EACCES" || error.code === "EPERM") return [];
    throw error;
  }
}

/** https://learn.microsoft.com/rest/api/storageservices/authorize-with-shared-key */
function sign(service, resource, query, date) {
  const canonical = `/${account}/${account}${resource}`;
  const text =
    service === "table"
      ? `${date}\n${canonical}`
      : `GET${"\n".repeat(12)}x-ms-date:${date}\nx-ms-version:2021-12-02\n${canonical}${query ? `\n${query.replace("=", ":")}` : ""}`;
  const signature = createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");
  return `SharedKey${service === "table" ? "Lite" : ""} ${account}:${signature}`;
}

async function ask(service, resource, query, isSigned) {
  const date = new Date().toUTCString();
  const headers = { "x-ms-date": date, "x-ms-version": "2021-12-02", accept: "application/json;odata=nometadata" };
  if (isSigned) headers.authorization = sign(service, resource, query, date);
  const response = await fetch(`${endpoints[service]}/${account}${resource}${query ? `?${query}` : ""}`, { headers });
  await response.arrayBuffer();
  return response.status;
}

const ASKED = [
  ["blob", "/", "comp=list"],
  ["blob", "/reports/latest.json", ""],
  ["queue", "/", "comp=list"],
  ["table", "/Tables", ""],
  ["table", "/Runs()", ""],
];

async function main() {
  const statuses = {};
  for (const [service, resource, query] of ASKED)
    for (const isSigned of [true, false])
      statuses[`${service} ${resource}${isSigned ? " signed" : ""}`] = await ask(service, resource, query, isSigned);
  const told = pids.map((pid) => readFileSync(`/proc/${pid}/cmdline`, "utf8"));
  const environments = pids.flatMap((pid) => readAll(`/proc/${pid}/environ`));
  process.stdout.write(JSON.stringify({ uid: process.getuid(), files: places.flatMap(readAll), told, environments, statuses }));
}
void main();
