import { z } from "zod";
import { ReportError } from "../../src/model/errors";
import { startServer, stopServers } from "./scripted-server";
import { failureOf, fakeTokens, makeWorld, shown } from "./world";

afterEach(stopServers);

const parse = (json: unknown) => z.object({ ok: z.boolean() }).parse(json).ok;
const good = { body: { ok: true } };
const refused = {
  status: 401,
  body: { error: { code: "InvalidAuthenticationToken", message: "Lifetime validation failed, the token is expired." } },
};

test("a 401 is tried once more with a fresh token, without a wait", async () => {
  const server = await startServer(refused, good);
  const { client, tokens, meter, waits } = makeWorld(server.origin);
  expect(await client.getJson("/groups", parse)).toBe(true);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer token-1", "Bearer token-2"]);
  expect(tokens.rejected).toEqual(["token-1"]);
  expect(meter).toMatchObject({ requests: 2, retries: 1 });
  expect(waits).toEqual([]);
});

test("a second 401 is final: graph-unauthorized, and the second token is not thrown away", async () => {
  const server = await startServer(refused, refused, good);
  const { client, tokens } = makeWorld(server.origin);
  const error = await failureOf(client.getJson("/groups", parse));
  expect(error).toMatchObject({ code: "graph-unauthorized", status: 401, graphCode: "InvalidAuthenticationToken" });
  expect(server.seen).toHaveLength(2);
  expect(tokens.rejected).toEqual(["token-1"]);
});

test("each request has its own second chance", async () => {
  const server = await startServer(refused, good, refused, good);
  const { client, tokens } = makeWorld(server.origin);
  await client.getJson("/groups", parse);
  await client.getJson("/groups", parse);
  expect(tokens.rejected).toEqual(["token-1", "token-2"]);
});

test("every try takes the token that is valid then", async () => {
  const server = await startServer({ status: 503 }, good);
  let current = "before";
  const tokens = { ...fakeTokens(), get: async () => current };
  const sleep = async () => void (current = "after");
  await makeWorld(server.origin, { tokens, sleep }).client.getJson("/groups", parse);
  expect(server.seen.map(({ headers }) => headers.authorization)).toEqual(["Bearer before", "Bearer after"]);
});

test("a token that can't be had is the token's error, and Graph is not asked", async () => {
  const server = await startServer(good);
  const tokens = {
    ...fakeTokens(),
    get: () => Promise.reject(new ReportError("credential-unavailable", "No credentials found.")),
  };
  expect(await failureOf(makeWorld(server.origin, { tokens }).client.getJson("/groups", parse))).toMatchObject({
    code: "credential-unavailable",
  });
  expect(server.seen).toEqual([]);
});

test("a nextLink of Graph's own origin is followed as it is", async () => {
  const server = await startServer(good);
  const link = `${server.origin}/v1.0/groups?$skiptoken=RFNwdA%3D%3D&$top=999`;
  await makeWorld(server.origin).client.getJson(link, parse);
  expect(server.seen[0]?.path).toBe("/v1.0/groups?$skiptoken=RFNwdA%3D%3D&$top=999");
});

test("a nextLink of another origin is refused, and its server sees no request and no token", async () => {
  const graph = await startServer(good);
  const stranger = await startServer(good, good);
  const { client, meter } = makeWorld(graph.origin);
  const error = await failureOf(client.getJson(`${stranger.origin}/v1.0/groups?$skiptoken=secret-skip`, parse));
  expect(error.code).toBe("graph-untrusted-link");
  expect(error.message).toContain(new URL(stranger.origin).host);
  expect(shown(error)).not.toContain("secret-skip");
  expect(stranger.seen).toEqual([]);
  expect(graph.seen).toEqual([]);
  expect(meter.requests).toBe(0);
});

test.each([
  ["another host that begins like it", (origin: string) => `${origin.replace("127.0.0.1", "127.0.0.1.example.com")}/v1.0/groups`],
  ["its host as a user name", (origin: string) => `http://${new URL(origin).host}@example.com/v1.0/groups`],
  ["another scheme", (origin: string) => origin.replace("http:", "https:")],
  ["another port", () => "http://127.0.0.1:9/v1.0/groups"],
  ["a user's name", (origin: string) => `${origin.replace("http://", "http://user@")}/v1.0/groups`],
  ["no URL", () => "groups?$skiptoken=1"],
])("a nextLink with %s is refused", async (_, link) => {
  const server = await startServer(good);
  const { client, meter } = makeWorld(server.origin);
  expect(await failureOf(client.getJson(link(server.origin), parse))).toMatchObject({ code: "graph-untrusted-link" });
  expect(meter.requests).toBe(0);
});

test("a nextLink that carries a password is refused, and the password is not repeated", async () => {
  const server = await startServer(good);
  const link = server.origin.replace("http://", "http://user:pass-word@");
  const error = await failureOf(makeWorld(server.origin).client.getJson(`${link}/v1.0/groups`, parse));
  expect(error.code).toBe("graph-untrusted-link");
  expect(shown(error)).not.toContain("pass-word");
});

test("a redirect of Graph is not followed with the token", async () => {
  const stranger = await startServer(good, good);
  const server = await startServer(
    { status: 302, headers: { location: `${stranger.origin}/x` } },
    { status: 307, headers: { location: `${stranger.origin}/x` } },
    good,
  );
  expect(await makeWorld(server.origin).client.getJson("/groups", parse)).toBe(true);
  expect(stranger.seen).toEqual([]);
});

test("no message holds a token, whatever ended the request", async () => {
  const secret = "eyJ0eXAi.SECRET.sig";
  const echo = { status: 400, body: { error: { code: "BadRequest", message: "Bad." } } };
  for (const reply of [
    refused,
    echo,
    { status: 403 },
    { status: 500 },
    { fault: "drop" as const },
    { fault: "cut" as const },
    { body: "<html>" },
  ]) {
    const server = await startServer(...Array.from({ length: 6 }, () => reply));
    const error = await failureOf(
      makeWorld(server.origin, { tokens: fakeTokens(secret) }).client.getJson("/groups?$skiptoken=SKIPSECRET", parse),
    );
    expect(shown(error)).not.toMatch(/SECRET/);
    expect(error.message).not.toContain("\n");
  }
});

test("a token that can't be sent in a header is not repeated in the message", async () => {
  const server = await startServer();
  const error = await failureOf(
    makeWorld(server.origin, { tokens: fakeTokens("SECRET\nTOKEN") }).client.getJson("/groups", parse),
  );
  expect(shown(error)).not.toMatch(/SECRET|TOKEN/);
});
