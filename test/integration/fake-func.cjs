// A stand-in for Azure Functions Core Tools: looks at what it was given, asks the storage and Graph that it finds there
// whether they answer, writes it down, and runs until it is told to end, or fails where it is told to.
const { writeFileSync } = require("node:fs");
const [command, ...options] = process.argv.slice(2);

async function probe(address) {
  const response = await fetch(address, { headers: { "x-ms-version": "2021-12-02" } });
  return response.headers.get("server") ?? String(response.status);
}

async function main() {
  if (command === "--version") return void process.stdout.write("4.0.0\n");
  if (process.env.FAKE_FUNC_CODE) process.exit(Number(process.env.FAKE_FUNC_CODE));
  const storage = process.env.AzureWebJobsStorage ?? "";
  const services = {};
  for (const [, name, address] of storage.matchAll(/(Blob|Queue|Table)Endpoint=([^;]+)/g))
    services[name] = await probe(`${address}?comp=list`);
  const { GRAPH_ENDPOINT, IDENTITY_ENDPOINT, IDENTITY_HEADER } = process.env;
  const graph = {};
  if (IDENTITY_ENDPOINT) {
    const query = "resource=https://graph.microsoft.com&api-version=2019-08-01";
    const token = await fetch(`${IDENTITY_ENDPOINT}?${query}`, { headers: { "X-IDENTITY-HEADER": IDENTITY_HEADER } });
    const { access_token: bearer } = await token.json();
    const answer = await fetch(`${GRAPH_ENDPOINT}/v1.0/organization`, { headers: { authorization: `Bearer ${bearer}` } });
    graph.status = answer.status;
  }
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => /^(AZURE_|AzureWebJobs|GRAPH_|GROUPS_|REPORT_|FUNCTIONS_)/.test(name)),
  );
  writeFileSync(process.env.FAKE_FUNC_OUT, JSON.stringify({ command, options, services, graph, environment, pid: process.pid }));
  const end = (signal) => {
    writeFileSync(`${process.env.FAKE_FUNC_OUT}.ended`, signal);
    process.exit(130);
  };
  process.on("SIGINT", end).on("SIGTERM", end);
  setInterval(() => undefined, 1000);
  process.stdout.write("Functions:\n");
}

void main();
