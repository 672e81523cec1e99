import { createTokenProvider } from "../../src/auth/token-provider";
import { fakeCredential, settle } from "./fake-credential";

function make(claims: "fresh" | "challenge" | "never" = "fresh") {
  const fake = fakeCredential(claims);
  const provider = createTokenProvider({
    createIdentity: fake.createIdentity,
    resource: "https://graph.microsoft.com",
    now: fake.now,
  });
  return { fake, provider };
}

describe("a token that Graph rejected", () => {
  test("is not handed out again: the next is asked with claims, which makes MSAL pass its cache by", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.gives("two", 60);
    fake.gives("three", 60);
    expect(provider.reject(await provider.get())).toBe(true);
    expect(await provider.get()).toBe("two");
    fake.clock.minutes = 60;
    expect(await provider.get()).toBe("three");
    expect(fake.asked.map(({ made, claims }) => [made, claims])).toEqual([
      [1, undefined],
      [1, '{"access_token":{"xms_cc":{"values":["cp1"]}}}'],
      [1, undefined],
    ]);
  });

  test("is not handed out again where the credential takes no claims: a new one with an empty cache is asked", async () => {
    const { fake, provider } = make("never");
    fake.gives("one", 60);
    fake.gives("two", 60);
    provider.reject(await provider.get(), '{"access_token":{}}');
    expect(await provider.get()).toBe("two");
    expect(fake.asked.map(({ made, claims }) => [made, claims])).toEqual([
      [1, undefined],
      [2, undefined],
    ]);
  });

  test("by a claims challenge is replaced by one that answers its claims, once", async () => {
    const { fake, provider } = make();
    for (const name of ["one", "two", "three"]) fake.gives(name, 60);
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1726258122"}}}';
    provider.reject(await provider.get(), claims);
    expect(await provider.get()).toBe("two");
    fake.clock.minutes = 60;
    expect(await provider.get()).toBe("three");
    expect(fake.asked.map((asked) => asked.claims)).toEqual([undefined, claims, undefined]);
  });

  test("keeps its claims until they are answered, also where the token service fails first", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.fails("connect ECONNREFUSED");
    fake.gives("two", 60);
    provider.reject(await provider.get(), '{"access_token":{"a":1}}');
    await expect(provider.get()).rejects.toMatchObject({ code: "graph-unavailable" });
    fake.clock.minutes = 1;
    expect(await provider.get()).toBe("two");
    expect(fake.asked.map(({ claims }) => claims)).toEqual([undefined, '{"access_token":{"a":1}}', '{"access_token":{"a":1}}']);
  });

  test("by an Azure CLI's is asked for again without claims; those of a challenge are handed on", async () => {
    const { fake, provider } = make("challenge");
    for (const name of ["one", "two", "three"]) fake.gives(name, 60);
    provider.reject(await provider.get());
    provider.reject(await provider.get(), '{"access_token":{}}');
    await provider.get();
    expect(fake.asked.map(({ claims }) => claims)).toEqual([undefined, undefined, '{"access_token":{}}']);
  });

  test("that was replaced meanwhile throws nothing away", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.gives("two", 60);
    await provider.get();
    fake.clock.minutes = 60;
    expect(await provider.get()).toBe("two");
    expect([provider.reject("one"), provider.reject("never seen")]).toEqual([false, false]);
    expect(await provider.get()).toBe("two");
    expect(fake.asked).toHaveLength(2);
  });

  test("by many at once leads to one new credential and one request", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.gives("two", 60);
    const token = await provider.get();
    for (let n = 0; n < 20; n++) provider.reject(token);
    expect(await Promise.all(Array.from({ length: 20 }, provider.get))).toEqual(Array(20).fill("two"));
    expect(fake.asked).toHaveLength(2);
  });

  test("and comes back from a cache, as those of managed identities and of the Azure CLI do, is asked for once, then every fifteen seconds", async () => {
    const { fake, provider } = make("never");
    fake.givesUntil("cached", 60);
    provider.reject(await provider.get());
    for (let request = 0; request < 50; request++) expect(await provider.get()).toBe("cached");
    expect(fake.asked).toHaveLength(2);
    for (let second = 0; second <= 60; second++) {
      fake.clock.minutes = second / 60;
      await provider.get();
      await settle();
    }
    expect(fake.asked).toHaveLength(2 + 4);
  });

  test("and came back is asked for again when it is rejected again, with the claims that came with that", async () => {
    const { fake, provider } = make("challenge");
    fake.givesUntil("cached", 60);
    provider.reject(await provider.get());
    await provider.get();
    expect(provider.reject("cached", '{"access_token":{"nbf":1}}')).toBe(true);
    await provider.get();
    expect(fake.asked.map(({ claims }) => claims)).toEqual([undefined, undefined, '{"access_token":{"nbf":1}}']);
  });

  test("first without claims, and by another request with them, is replaced by one that answers them", async () => {
    const claims = '{"access_token":{"nbf":{"essential":true,"value":"1726258122"}}}';
    for (const isUnderWay of [false, true]) {
      const { fake, provider } = make();
      for (const name of ["one", "two", "three"]) fake.gives(name, 60);
      const token = await provider.get();
      provider.reject(token);
      const open = fake.hold();
      const early = isUnderWay ? [provider.get()] : [];
      expect(provider.reject(token, claims)).toBe(true);
      const next = [...early, provider.get()];
      open();
      const given = await Promise.all(next);
      expect(new Set(given)).toEqual(new Set([isUnderWay ? "three" : "two"]));
      expect(fake.asked.at(-1)?.claims).toBe(claims);
    }
  });

  test("by a challenge that the Azure CLI can't answer is asked for without claims afterwards: somebody may have signed in", async () => {
    const { fake, provider } = make("challenge");
    fake.gives("one", 60);
    fake.fails("To authenticate with the required claims, please run: az login --claims-challenge e30= --scope x/.default");
    fake.gives("two", 60);
    provider.reject(await provider.get(), "{}");
    await expect(provider.get()).rejects.toMatchObject({ code: "token-refused" });
    fake.clock.minutes = 1;
    expect(await provider.get()).toBe("two");
    expect(fake.asked.map(({ claims }) => claims)).toEqual([undefined, "{}", undefined]);
  });

  test("voids what a renewal brings that had begun before: the token service is asked once more", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.gives("two, revoked with one", 60);
    fake.gives("three", 60);
    const token = await provider.get();
    const open = fake.hold();
    fake.clock.minutes = 56;
    await provider.get();
    provider.reject(token);
    const next = [provider.get(), provider.get()];
    open();
    expect(await Promise.all(next)).toEqual(["three", "three"]);
    expect(fake.asked).toHaveLength(3);
  });

  test("while its renewal was under way is not given by that renewal", async () => {
    const { fake, provider } = make();
    fake.givesUntil("one", 60);
    fake.givesUntil("one", 60);
    fake.gives("two", 60);
    const token = await provider.get();
    const open = fake.hold();
    fake.clock.minutes = 56;
    await provider.get();
    provider.reject(token);
    const next = provider.get();
    open();
    expect(await next).toBe("two");
  });
});

describe("the counts", () => {
  test("tell tokens, renewals, rejections and the shortest and longest life", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.gives("two", 90);
    fake.gives("three", 10);
    await provider.get();
    provider.reject("one");
    provider.reject("one");
    await provider.get();
    fake.clock.minutes = 90;
    await provider.get();
    expect(provider.drainCounts()).toEqual({
      acquired: 3,
      renewals: 2,
      challenges: 1,
      shortestSeconds: 600,
      longestSeconds: 5400,
    });
  });

  test("begin anew when they were taken", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.gives("two", 30);
    await provider.get();
    provider.drainCounts();
    expect(provider.drainCounts()).toEqual({
      acquired: 0,
      renewals: 0,
      challenges: 0,
      shortestSeconds: null,
      longestSeconds: null,
    });
    fake.clock.minutes = 60;
    await provider.get();
    expect(provider.drainCounts()).toEqual({
      acquired: 1,
      renewals: 1,
      challenges: 0,
      shortestSeconds: 1800,
      longestSeconds: 1800,
    });
  });

  test("leave out the same token that comes back, and renewals that fail", async () => {
    const { fake, provider } = make();
    fake.givesUntil("cached", 60);
    fake.givesUntil("cached", 60);
    fake.fails("no");
    await provider.get();
    for (const minute of [55, 56, 57]) {
      fake.clock.minutes = minute;
      await provider.get();
      await settle();
    }
    expect(fake.asked.length).toBeGreaterThan(2);
    expect(provider.drainCounts()).toMatchObject({ acquired: 1, renewals: 0, shortestSeconds: 3600 });
  });
});
