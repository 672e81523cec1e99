import { withinLimit } from "../../src/functions/limit";

test("work that does not end fails by itself, in words; work that ends in time is what it was", async () => {
  await expect(withinLimit("judge", new Promise(() => undefined), 5)).rejects.toThrow(/^judge took longer than/);
  await expect(withinLimit("judge", Promise.resolve(7), 60_000)).resolves.toBe(7);
  await expect(withinLimit("judge", Promise.reject(new Error("its own")), 60_000)).rejects.toThrow("its own");
});
