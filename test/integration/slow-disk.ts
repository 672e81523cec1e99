import { existsSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** A disk that holds back each save of the embedded storage's tables, for as long as the test wants. */
export interface SlowDisk {
  /** Handed to the command line. */
  environment: Record<string, string>;
  /** From now on saves are held. */
  hold: () => void;
  /** Resolves when one is. */
  held: () => Promise<void>;
  release: () => Promise<void>;
}

export function slowDisk(folder: string): SlowDisk {
  const [script, hold, held] = ["slow-disk.cjs", "hold", "held"].map((name) => path.join(folder, name)) as [
    string,
    string,
    string,
  ];
  writeFileSync(
    script,
    `const fs = require("node:fs");
    const { writeFile } = fs;
    fs.writeFile = (file, ...rest) => {
      if (!String(file).endsWith("__azurite_db_table__.json~")) return writeFile(file, ...rest);
      const go = () => {
        if (!fs.existsSync(${JSON.stringify(hold)})) return writeFile(file, ...rest);
        fs.writeFileSync(${JSON.stringify(held)}, "");
        setTimeout(go, 50);
      };
      go();
    };`,
  );
  return {
    environment: { NODE_OPTIONS: `--require=${script}` },
    hold: () => writeFileSync(hold, ""),
    held: async () => {
      while (!existsSync(held)) await delay(50);
    },
    release: async () => {
      await rm(hold, { force: true });
      await rm(held, { force: true });
    },
  };
}
