import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeCertificate } from "../auth/certificate-authority";
import { type ConnectProxy, type ConnectProxyOptions, startConnectProxy } from "../network/connect-proxy";
import { type Simulator, startSimulator } from "../../simulator";
import { runCommand } from "./command-line";
import { type SecureSimulator, startSecureSimulator } from "./secure-simulator";

/** The built command line in a network with a proxy, or with certificates of its own: Graph, Entra and downloads over https. */
let secure: SecureSimulator;
let folder: string;
const proxies: ConnectProxy[] = [];

beforeAll(async () => {
  secure = await startSecureSimulator({ groups: 20 });
  folder = mkdtempSync(path.join(tmpdir(), "proxies-"));
});
afterAll(async () => {
  await secure.close();
  rmSync(folder, { recursive: true, force: true });
});
afterEach(async () => {
  await Promise.all(proxies.splice(0).map(({ stop }) => stop()));
});

async function startProxy(options: ConnectProxyOptions = {}): Promise<ConnectProxy> {
  const started = await startConnectProxy(options);
  proxies.push(started);
  return started;
}

const signedIn = () => secure.kinds["client-secret"] ?? {};
const hosts = ({ graphEndpoint, downloadEndpoint }: Simulator) =>
  [graphEndpoint, downloadEndpoint].map((url) => new URL(url).host);
let runs = 0;
const run = (environment: Record<string, string>) => {
  const own = path.join(folder, String(++runs));
  return runCommand(["run", "--data", path.join(own, "data"), "--out", path.join(own, "out")], environment);
};
const token = (environment: Record<string, string>) => runCommand(["token", "show"], { ...signedIn(), ...environment });

test("a run goes through HTTPS_PROXY to Entra, Graph and the downloads, and never to its own storage", async () => {
  const { address, tunnels, plain } = await startProxy();
  const { code, stderr } = await run({ ...signedIn(), HTTPS_PROXY: address, HTTP_PROXY: address });
  expect([stderr, code]).toEqual(["", 0]);
  expect(new Set(tunnels)).toEqual(new Set(hosts(secure.simulator)));
  expect(plain).toEqual([]);
});

test("a tenant simulated over http on this machine needs no proxy, whatever the variables say", async () => {
  const simulator = await startSimulator({ groups: 20 });
  const { address, tunnels, plain } = await startProxy({ refuses: 403 });
  try {
    const everywhere = { HTTPS_PROXY: address, HTTP_PROXY: address, ALL_PROXY: address };
    const { graphEndpoint, identityEndpoint, identityHeader } = simulator;
    const identity = { IDENTITY_ENDPOINT: identityEndpoint, IDENTITY_HEADER: identityHeader };
    const { code, stderr } = await run({ GRAPH_ENDPOINT: graphEndpoint, ...identity, ...everywhere });
    expect([stderr, code]).toEqual(["", 0]);
    expect([tunnels, plain]).toEqual([[], []]);
  } finally {
    await simulator.close();
  }
});

test.each([
  ["the host", () => "127.0.0.1"],
  ["host and port", () => new URL(secure.simulator.graphEndpoint).host],
  ["everything", () => "*"],
])("NO_PROXY that names %s keeps a request from the proxy", async (_, except) => {
  const { address, tunnels } = await startProxy({ refuses: 403 });
  const { code, stderr } = await token({ https_proxy: address, no_proxy: `example.com, ${except()}` });
  expect([stderr, code, tunnels]).toEqual(["", 0, []]);
});

test("a proxy that wants a password gets it, and no message repeats it", async () => {
  const wanting = await startProxy({ wants: "user:geheim-wort" });
  expect((await token({ HTTPS_PROXY: wanting.address })).code).toBe(0);
  const { code, stderr } = await token({ HTTPS_PROXY: `http://user:wrong-word@${wanting.host}` });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The proxy 127\.0\.0\.1:\d+ \(HTTPS_PROXY\) does not let us through to 127\.0\.0\.1:\d+: 407\. .*NO_PROXY\.\n$/,
  );
  expect(stderr).not.toContain("wrong-word");
});

test("a proxy that refuses, in the middle of a run too, is told at once in one line", async () => {
  const { address, tunnels } = await startProxy({ refuses: 403 });
  const { code, stderr } = await run({ ...signedIn(), HTTPS_PROXY: address });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^The proxy .* \(HTTPS_PROXY\) does not let us through to .*: 403\. Have it allow that host, or name the host in NO_PROXY\.\n$/,
  );
  expect(tunnels.length).toBe(1);
  // Entra asked directly, Graph through the proxy alone.
  const separate = await startSecureSimulator({ groups: 20, authorityTls: tlsOfItsOwn() });
  try {
    const entra = new URL(separate.simulator.authorityHost).host;
    const NODE_EXTRA_CA_CERTS = secure.file("both.pem", secure.authority.cert + separate.authority.cert);
    const direct = { ...separate.kinds["client-secret"], NODE_EXTRA_CA_CERTS, NO_PROXY: entra };
    const later = await run({ ...direct, HTTPS_PROXY: address });
    expect(later.code).toBe(1);
    expect(later.stderr).toContain(`does not let us through to ${new URL(separate.simulator.graphEndpoint).host}: 403`);
  } finally {
    await separate.close();
  }
});

/** Under the authority that `secure` trusts. */
function tlsOfItsOwn() {
  const { key, cert } = makeCertificate("127.0.0.1", secure.authority);
  return { key, cert };
}

test("a proxy that can't be reached is named with its variable", async () => {
  const gone = await startConnectProxy();
  await gone.stop();
  const { code, stderr } = await token({ all_proxy: gone.host });
  expect(code).toBe(1);
  expect(stderr).toContain(`the proxy ${gone.host} (all_proxy) can't be reached, ECONNREFUSED`);
});

test("storage in Azure is asked through the proxy", async () => {
  const { address, tunnels } = await startProxy({ refuses: 403 });
  const REPORT_STORAGE = `DefaultEndpointsProtocol=https;AccountName=contosoreports;AccountKey=${Buffer.alloc(64).toString("base64")};EndpointSuffix=core.windows.net`;
  const { code, stderr } = await run({ ...signedIn(), HTTPS_PROXY: address, NO_PROXY: "127.0.0.1", REPORT_STORAGE });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^The proxy .* does not let us through to contosoreports\.(table|blob)\.core\.windows\.net: 403\./);
  const asked = ["contosoreports.blob.core.windows.net:443", "contosoreports.table.core.windows.net:443"];
  expect(new Set(tunnels)).toEqual(new Set(asked));
});

test.each(["socks5://127.0.0.1:1080", "http://", "http://user:geheim@:80"])(
  "HTTPS_PROXY=%s is refused in words",
  async (address) => {
    const { code, stderr } = await token({ HTTPS_PROXY: address });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The variable HTTPS_PROXY names no proxy that can be used: .*\n$/);
    expect(stderr).not.toContain("geheim");
  },
);

test("a certificate that is not trusted ends a run at once and names NODE_EXTRA_CA_CERTS", async () => {
  const { NODE_EXTRA_CA_CERTS: _, ...distrusting } = signedIn();
  const { address, tunnels } = await startProxy();
  for (const { code, stderr } of [await run(distrusting), await run({ ...distrusting, HTTPS_PROXY: address })]) {
    expect(code).toBe(1);
    expect(stderr).toMatch(/^The certificate of 127\.0\.0\.1:\d+ is not trusted: .* in NODE_EXTRA_CA_CERTS\.\n$/);
  }
  expect(tunnels.length).toBe(1);
});
