// The built app behind stand-ins for what Azure puts around it, in a process of its own: the Functions worker
// (load-as-worker.cjs), the host's routes and keys, and App Service authentication. Prints its address as JSON.
// Variables: those of the app, and EASY_AUTH=off for a front that lets everything through untouched.
const http = require("node:http");
const { Readable } = require("node:stream");
const { loadAsWorker } = require("./load-as-worker.cjs");

const KEY = "host-key-of-the-test";
const EXCLUDED = ["/api/console", "/api/health"];
const isGuarded = process.env["EASY_AUTH"] !== "off";

/** Who the cookie or the token says, and the roles that Entra gives them. */
const ROLES = { reader: ["Report.Read"], operator: ["Report.Operate"], nobody: [], other: ["Something.Else"] };

function principalOf(name) {
  const claims = [
    { typ: "http://schemas.microsoft.com/identity/claims/objectidentifier", val: "00000000-0000-4000-8000-000000000001" },
    { typ: "preferred_username", val: `${name}@contoso.example` },
    ...ROLES[name].map((val) => ({ typ: "roles", val })),
  ];
  const json = {
    auth_typ: "aad",
    name_typ: "name",
    role_typ: "http://schemas.microsoft.com/ws/2008/06/identity/claims/role",
    claims,
  };
  return Buffer.from(JSON.stringify(json)).toString("base64");
}

/** Sign-in and sign-out, and who calls. @returns true where the request has been answered. */
function guard(request, response, url) {
  for (const header of Object.keys(request.headers))
    if (header.startsWith("x-ms-client-principal")) delete request.headers[header];
  if (url.pathname === "/.auth/login/aad") {
    const to = url.searchParams.get("post_login_redirect_uri") ?? "/";
    // The test's provider: who signs in is what a cookie of its own says.
    const name = /SignInAs=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "reader";
    response
      .writeHead(302, { location: to, "set-cookie": `AppServiceAuthSession=${name}; path=/; HttpOnly; SameSite=Lax` })
      .end();
    return true;
  }
  if (url.pathname === "/.auth/logout") {
    const to = url.searchParams.get("post_logout_redirect_uri") ?? "/";
    response.writeHead(302, { location: to, "set-cookie": "AppServiceAuthSession=; path=/; Max-Age=0" }).end();
    return true;
  }
  if (EXCLUDED.includes(url.pathname)) return false;
  const name =
    /AppServiceAuthSession=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ??
    /^Bearer (\w+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (name === undefined || !(name in ROLES)) {
    response.writeHead(401).end();
    return true;
  }
  request.headers["x-ms-client-principal"] = principalOf(name);
  return false;
}

const { functions } = loadAsWorker(process.argv[2]);
const routes = functions.flatMap(({ bindings, handler }) => {
  const trigger = Object.values(bindings).find(({ type }) => type === "httpTrigger");
  const client = Object.values(bindings).find(({ type }) => type === "durableClient");
  if (!trigger) return [];
  const names = [...trigger.route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const pattern = new RegExp(`^/api/${trigger.route.replace(/\{\w+\}/g, "([^/]+)")}$`);
  return [{ ...trigger, client, handler, names, pattern }];
});

/** The durable extension: it takes every start, and nothing ever runs. */
const extension = http.createServer((request, response) => {
  request.resume().on("end", () => response.writeHead(202, { "content-type": "application/json" }).end('{"id":"x"}'));
});

async function respond(request, response) {
  const url = new URL(request.url, `http://${request.headers.host}`);
  if (isGuarded && guard(request, response, url)) return;
  request.resume();
  const route = routes.find(({ methods, pattern }) => methods.includes(request.method) && pattern.test(url.pathname));
  if (!route) return response.writeHead(404).end();
  if (
    route.authLevel.toLowerCase() === "function" &&
    (request.headers["x-functions-key"] ?? url.searchParams.get("code")) !== KEY
  )
    return response.writeHead(401).end();
  const values = route.pattern.exec(url.pathname).slice(1).map(decodeURIComponent);
  const rpcBaseUrl = `http://127.0.0.1:${extension.address().port}/`;
  const client = { taskHubName: "GroupsReport", creationUrls: {}, managementUrls: {}, baseUrl: rpcBaseUrl, rpcBaseUrl };
  const answer = await route.handler(
    {
      method: request.method,
      url: url.toString(),
      headers: new Headers(Object.entries(request.headers).map(([name, value]) => [name, String(value)])),
      params: Object.fromEntries(route.names.map((name, at) => [name, values[at]])),
    },
    {
      options: { extraInputs: route.client ? [route.client] : [] },
      extraInputs: { get: () => client },
      log: () => undefined,
      warn: () => undefined,
      error: () => undefined,
    },
  );
  response.writeHead(answer.status ?? 200, answer.headers);
  if (typeof answer.body === "object" && answer.body !== null) Readable.fromWeb(answer.body).pipe(response);
  else response.end(answer.body);
}

const front = http.createServer((request, response) => {
  respond(request, response).catch((error) => {
    process.stderr.write(`${error.stack}\n`);
    response.destroy();
  });
});
extension.listen(0, "127.0.0.1", () =>
  front.listen(0, "127.0.0.1", () =>
    process.stdout.write(`${JSON.stringify({ url: `http://127.0.0.1:${front.address().port}`, key: KEY })}\n`),
  ),
);
process.once("SIGTERM", () => process.exit(0));
