/**
 * Seeded chance: the same seed gives the same tenant, the same faults and the same order on every machine.
 * The generator is mulberry32: 32 bits of state, fast, and good enough for a tenant that nobody gambles with.
 */
export type Span = number | readonly [number, number];

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e3779b9) >>> 0;
    for (let i = 0; i < 4; i++) this.#bits();
  }

  #bits(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  }

  /** At least 0, below 1. */
  next(): number {
    return this.#bits() / 4294967296;
  }

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  /** Both ends included. */
  int(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  span(span: Span): number {
    return typeof span === "number" ? span : this.int(span[0], span[1]);
  }

  pick<T>(items: readonly T[]): T {
    const item = items[Math.floor(this.next() * items.length)];
    if (item === undefined) throw new RangeError("Nothing to pick from.");
    return item;
  }

  shuffle<T>(items: T[]): T[] {
    for (let i = items.length - 1; i > 0; i--) {
      const j = this.int(0, i);
      const held = items[i] as T;
      items[i] = items[j] as T;
      items[j] = held;
    }
    return items;
  }

  /** A version 4 GUID. Written into one buffer: half a million ropes of pieces took most of a large tenant's time and memory. */
  guid(): string {
    writeHex(this.#bits(), 0, 8);
    const middle = this.#bits();
    writeHex(middle >>> 16, 9, 4);
    writeHex((middle & 0x0fff) | 0x4000, 14, 4);
    const variant = this.#bits();
    writeHex(((variant >>> 16) & 0x3fff) | 0x8000, 19, 4);
    writeHex(variant & 0xffff, 24, 4);
    writeHex(this.#bits(), 28, 8);
    return GUID.toString("latin1");
  }
}

const HEX = Buffer.from("0123456789abcdef", "latin1");
const GUID = Buffer.from("00000000-0000-0000-0000-000000000000", "latin1");

function writeHex(value: number, at: number, digits: number): void {
  for (let i = 0; i < digits; i++) GUID[at + i] = HEX[(value >>> ((digits - 1 - i) * 4)) & 15] ?? 48;
}

/** A number from 0 to 1 that belongs to a text for good: the same group is always the one that is hit. */
export function shareOf(text: string, salt = 0): number {
  let hash = 2166136261 ^ salt;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash ^= hash >>> 15;
  hash = Math.imul(hash, 0x2c1b3c6d);
  hash ^= hash >>> 12;
  return (hash >>> 0) / 4294967296;
}
