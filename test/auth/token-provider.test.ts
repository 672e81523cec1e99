import { decodeClaims } from "../../src/auth/token-claims";
import { createTokenProvider } from "../../src/auth/token-provider";
import { fakeCredential, settle } from "./fake-credential";

function make() {
  const fake = fakeCredential();
  const provider = () =>
    createTokenProvider({ createIdentity: fake.createIdentity, resource: "https://graph.microsoft.com", now: fake.now });
  return { fake, provider };
}

function failToCreate(): never {
  throw new Error("Invalid tenant id provided.");
}

/** The minutes at which the credential was asked, when get() is called every half minute. */
async function minutesAsked(
  fake: ReturnType<typeof fakeCredential>,
  get: () => Promise<string>,
  untilMinute: number,
): Promise<number[]> {
  for (; fake.clock.minutes <= untilMinute; fake.clock.minutes += 0.5) {
    await get();
    await settle();
  }
  return fake.asked.map(({ atMinute }) => atMinute);
}

test("the token is for the resource's default scope", async () => {
  const { fake, provider } = make();
  fake.gives("one", 60);
  expect(await provider().get()).toBe("one");
  expect(fake.asked[0]?.scope).toBe("https://graph.microsoft.com/.default");
});

describe("when it renews", () => {
  test("the service's hint decides", async () => {
    const { fake, provider } = make();
    fake.gives("one", 24 * 60, 12 * 60);
    fake.gives("two", 24 * 60, 12 * 60);
    expect(await minutesAsked(fake, provider().get, 13 * 60)).toEqual([0, 12 * 60]);
  });

  test("a hint that comes too late does not: five minutes before the end is the latest", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60, 59);
    fake.gives("two", 60);
    expect(await minutesAsked(fake, provider().get, 59)).toEqual([0, 55]);
  });

  test("without a hint it is five minutes before the end", async () => {
    const { fake, provider } = make();
    fake.gives("one", 75);
    fake.gives("two", 75);
    expect(await minutesAsked(fake, provider().get, 100)).toEqual([0, 70]);
  });

  test("a token that lives ten minutes is renewed at five", async () => {
    const { fake, provider } = make();
    fake.gives("one", 10);
    fake.gives("two", 10);
    expect(await minutesAsked(fake, provider().get, 9)).toEqual([0, 5]);
  });

  test("a token that lives less than ten minutes is renewed at half of its life", async () => {
    const { fake, provider } = make();
    fake.gives("one", 4);
    fake.gives("two", 60);
    expect(await minutesAsked(fake, provider().get, 10)).toEqual([0, 2]);
  });
});

test("a renewal happens in the background: the old token is given while it lasts", async () => {
  const { fake, provider } = make();
  fake.gives("one", 60);
  fake.gives("two", 60);
  const { get } = provider();
  await get();
  const open = fake.hold();
  fake.clock.minutes = 56;
  expect(await get()).toBe("one");
  expect(await get()).toBe("one");
  expect(fake.asked).toHaveLength(2);
  open();
  await settle();
  expect(await get()).toBe("two");
});

test("many who wait share one request, at the start as at the end of a token", async () => {
  const { fake, provider } = make();
  fake.gives("one", 60);
  fake.gives("two", 60);
  const { get } = provider();
  expect(await Promise.all(Array.from({ length: 50 }, get))).toEqual(Array(50).fill("one"));
  expect(fake.asked).toHaveLength(1);
  fake.clock.minutes = 60;
  expect(await Promise.all(Array.from({ length: 50 }, get))).toEqual(Array(50).fill("two"));
  expect(fake.asked).toHaveLength(2);
});

test("a failure is shared by those who wait, and the next one asks again", async () => {
  const { fake, provider } = make();
  fake.fails("no token");
  fake.gives("one", 60);
  const { get } = provider();
  const results = await Promise.allSettled([get(), get(), get()]);
  expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
  expect(fake.asked).toHaveLength(1);
  fake.clock.minutes = 1 / 60;
  expect(await get()).toBe("one");
});

test("a token service that keeps failing is asked after 1, 2, 4 … 30 seconds, and whoever comes between is told so at once", async () => {
  const { fake, provider } = make();
  fake.fails("connect ECONNREFUSED");
  const { get } = provider();
  for (let second = 0; second < 125; second++) {
    fake.clock.minutes = second / 60;
    await expect(get()).rejects.toMatchObject({ code: "graph-unavailable" });
  }
  expect(fake.asked.map(({ atMinute }) => Math.round(atMinute * 60))).toEqual([0, 1, 3, 7, 15, 31, 61, 91, 121]);
});

test("who comes while the service is left alone is told how long that lasts", async () => {
  const { fake, provider } = make();
  fake.fails("connect ECONNREFUSED");
  const { get } = provider();
  for (const minute of [0, 1, 2, 3, 4]) {
    fake.clock.minutes = minute;
    await get().catch(() => undefined);
  }
  fake.clock.minutes = 4 + 4 / 60;
  await expect(get()).rejects.toMatchObject({ code: "graph-unavailable", waitSeconds: 12 });
});

test("a credential that gives nothing is an error with a code", async () => {
  const { provider } = make();
  await expect(provider().get()).rejects.toMatchObject({ name: "ReportError", code: "token-refused" });
});

test("a credential that can't even be made is an error with a code, when a token is wanted", async () => {
  await expect(async () => createTokenProvider({ createIdentity: failToCreate, resource: "x" }).get()).rejects.toMatchObject({
    name: "ReportError",
    code: "token-refused",
  });
});

test("the same token again is no error: it is given, and asked for again fifteen seconds later", async () => {
  const { fake, provider } = make();
  fake.givesUntil("cached", 60);
  fake.givesUntil("cached", 60);
  fake.givesUntil("fresh", 120);
  const { get } = provider();
  await get();
  for (const minute of [55, 55.1, 55.2]) {
    fake.clock.minutes = minute;
    expect(await get()).toBe("cached");
    await settle();
  }
  expect(fake.asked.map(({ atMinute }) => atMinute)).toEqual([0, 55]);
  fake.clock.minutes = 55.25;
  expect(await get()).toBe("cached");
  await settle();
  expect(await get()).toBe("fresh");
});

describe("while renewals fail", () => {
  test("the old token is given to within a minute of its end, and asked for every fifteen seconds", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.fails("AADSTS700016: not found");
    const { get } = provider();
    const given: number[] = [];
    for (; fake.clock.minutes < 62; fake.clock.minutes += 0.125) {
      if ((await get().catch(() => "none")) === "one") given.push(fake.clock.minutes);
      await settle();
    }
    expect(given.at(-1)).toBeGreaterThan(58.5);
    expect(given.at(-1)).toBeLessThan(59);
    const [, first, second, third] = fake.asked.map(({ atMinute }) => atMinute);
    expect([first, second, third]).toEqual([55, 55.25, 55.5]);
  });

  test("then the failure is told", async () => {
    const { fake, provider } = make();
    fake.gives("one", 60);
    fake.fails("AADSTS700016: Application was not found.");
    const { get } = provider();
    await get();
    fake.clock.minutes = 61;
    await expect(get()).rejects.toMatchObject({ code: "token-refused" });
  });

  test.each([0.3, 0.5, 2, 8, 60])("a token that lives %d minutes is never given once it has expired", async (life) => {
    const { fake, provider } = make();
    fake.gives("one", life);
    fake.fails("AADSTS700016: Application was not found.");
    const { get } = provider();
    const given: number[] = [];
    for (; fake.clock.minutes < Math.min(life * 3, life + 5); fake.clock.minutes += 1 / 60) {
      if (await get().catch(() => undefined)) given.push(fake.clock.minutes);
      await settle();
    }
    expect(given.at(-1)).toBeLessThan(life);
  });
});

test("a cache that keeps giving an expired token: Graph decides, and once it has refused it nobody gets it again", async () => {
  const { fake, provider } = make();
  fake.givesUntil("cached", 60);
  const { get, reject } = provider();
  expect(await get()).toBe("cached");
  fake.clock.minutes = 60.1;
  expect(await get()).toBe("cached");
  reject("cached");
  await expect(get()).rejects.toMatchObject({ name: "ReportError", code: "graph-unavailable" });
});

test("the claims of a token are read where it can be decoded", () => {
  const jwt = `x.${Buffer.from('{"tid":"t-1","roles":["Reports.Read.All"]}').toString("base64url")}.y`;
  expect(decodeClaims(jwt)).toEqual({ tid: "t-1", roles: ["Reports.Read.All"] });
  for (const opaque of ["", "opaque", "a.b.c", `x.${Buffer.from('"text"').toString("base64url")}.y`, "EwBwA8l6BAAU.x"])
    expect(decodeClaims(opaque)).toBeUndefined();
});
