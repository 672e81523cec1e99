import { proxyFor } from "../../src/network/proxy";

const GRAPH = "https://graph.microsoft.com/v1.0/groups";
const VARIABLES = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"].flatMap((name) => [name, name.toLowerCase()]);
const before = { ...process.env };
/** NO_PROXY is read from the process's own environment (proxy-from-env). */
function route(env: Record<string, string>, address = GRAPH): string | undefined {
  for (const name of VARIABLES) delete process.env[name];
  Object.assign(process.env, env);
  return proxyFor(new URL(address))?.url.host;
}
afterAll(() => {
  process.env = before;
});

test.each<[Record<string, string>, string | undefined]>([
  [{}, undefined],
  [{ HTTPS_PROXY: "" }, undefined],
  [{ HTTPS_PROXY: "http://a:1" }, "a:1"],
  [{ https_proxy: "http://a:1", HTTPS_PROXY: "http://b:1" }, "a:1"],
  [{ HTTPS_PROXY: "http://a:1", ALL_PROXY: "http://b:1", HTTP_PROXY: "http://c:1" }, "a:1"],
  [{ ALL_PROXY: "http://b:1", HTTP_PROXY: "http://c:1" }, "b:1"],
  [{ HTTP_PROXY: "http://c:1" }, "c:1"],
  [{ HTTPS_PROXY: "proxy.example.com:3128" }, "proxy.example.com:3128"],
  [{ HTTPS_PROXY: "10.0.0.1:3128" }, "10.0.0.1:3128"],
  [{ HTTPS_PROXY: "https://user:word@proxy.example.com:8443" }, "proxy.example.com:8443"],
])("%j leads to %s", (env, host) => {
  expect(route(env)).toBe(host);
});

test.each<[string, string, boolean]>([
  ["graph.microsoft.com", GRAPH, true],
  ["GRAPH.MICROSOFT.COM", GRAPH, true],
  ["microsoft.com", GRAPH, true],
  [".microsoft.com", GRAPH, true],
  ["*.microsoft.com", GRAPH, true],
  ["*", GRAPH, true],
  ["example.com, microsoft.com", GRAPH, true],
  ["example.com microsoft.com", GRAPH, true],
  ["graph.microsoft.com:443", GRAPH, true],
  ["graph.microsoft.com:8443", GRAPH, false],
  ["microsoft.com:443", GRAPH, true],
  ["soft.com", GRAPH, false],
  ["graph.microsoft.com.example.com", GRAPH, false],
  ["localhost,127.0.0.1", GRAPH, false],
  ["127.0.0.1", "https://127.0.0.1:8443/", true],
  ["127.0.0.1:8443", "https://127.0.0.1:8443/", true],
  ["0.0.1", "https://127.0.0.1:8443/", false],
])("NO_PROXY=%s, %s: excepted? %s", (except, address, isExcepted) => {
  for (const variable of ["HTTPS_PROXY", "ALL_PROXY", "HTTP_PROXY"])
    for (const noProxy of ["NO_PROXY", "no_proxy"])
      expect(route({ [variable]: "http://a:1", [noProxy]: except }, address)).toBe(isExcepted ? undefined : "a:1");
});

test.each(["http://127.0.0.1:10000/devstoreaccount1", "http://localhost:1/", "http://169.254.169.254/metadata"])(
  "%s is this machine's own: no proxy",
  (address) => {
    expect(route({ HTTPS_PROXY: "http://a:1", HTTP_PROXY: "http://a:1", ALL_PROXY: "http://a:1" }, address)).toBeUndefined();
  },
);
