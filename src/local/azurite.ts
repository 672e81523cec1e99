import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { isReportError, oneLine, ReportError } from "../model/errors";
import { CHILD, childEnvironment } from "./azurite-child";
import { copyAside, findLost, keepCopy, restoreCopy } from "./kept-copy";
import { type Claim, claimFolder, type Endpoints, ownerFileOf, type StorageAccount } from "./owner-file";
import { closeToOthers, makePrivateFolder } from "./private-folder";

/** A hundred thousand groups of an earlier run are read first. */
const START_MS = 120_000;

export interface EmbeddedStorage {
  connectionString: string;
  /** Somebody else's Azurite on the same folder: it ends when they do. */
  isJoined: boolean;
  /** The last program here ended before all was saved. */
  wasCut: boolean;
  /** Settles when Azurite has ended, wanted or not. */
  ended: Promise<void>;
  /** Resolves when all is on disk. @throws ReportError storage-unavailable if it can't be. */
  stop: () => Promise<void>;
}

/** Whoever can't read the owner file knows neither: not another user of this machine, nor a page in a browser. */
const newAccount = (): StorageAccount => ({
  account: `gr${randomBytes(11).toString("hex")}`,
  key: randomBytes(64).toString("base64"),
});

const toConnectionString = ({ account, key, blob, queue, table }: StorageAccount & Endpoints) =>
  `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${blob}/${account};` +
  `QueueEndpoint=${queue}/${account};TableEndpoint=${table}/${account};`;

/**
 * Starts Azurite on free loopback ports with its data in a folder, or joins the one that another process of the same user
 * has started there.
 * @param say tells the user, in a sentence, what is worth knowing and no error.
 * @throws ReportError storage-unavailable.
 */
export async function startAzurite(folder: string, say: (line: string) => void = () => undefined): Promise<EmbeddedStorage> {
  try {
    await makePrivateFolder(folder);
  } catch (error) {
    throw new ReportError(
      "storage-unavailable",
      `The folder ${folder} for the embedded storage can't be made: ${oneLine(error)}. Name another with --data.`,
      { cause: error },
    );
  }
  for (const line of await closeToOthers([ownRoot(folder)], `the storage in ${folder}`)) say(line);
  const claim = await claimFolder(folder, say);
  if (claim.kind === "joined")
    return {
      connectionString: toConnectionString(claim.owner),
      isJoined: true,
      wasCut: false,
      ended: new Promise(() => undefined),
      stop: async () => undefined,
    };
  try {
    return await open(folder, claim, say);
  } catch (error) {
    claim.giveUp();
    throw error;
  }
}

/** The folder itself; or the one of the default name that it is in, which holds nothing else. */
function ownRoot(folder: string): string {
  const parts = path.resolve(folder).split(path.sep);
  const at = parts.lastIndexOf(".groups-report");
  return at < 0 ? folder : parts.slice(0, at + 1).join(path.sep);
}

type OwnClaim = Extract<Claim, { kind: "own" }>;

/** Starts it on what is there, else on what was kept, else on nothing. */
async function open(folder: string, claim: OwnClaim, say: (line: string) => void): Promise<EmbeddedStorage> {
  let damage = await findLost(folder).then((name) => name && `${name} is empty or missing`);
  const keep = async (step: (folder: string) => Promise<void>) =>
    step(folder).catch((error: unknown) => say(`No copy of the embedded storage in ${folder} is kept: ${oneLine(error)}.`));
  if (!damage && !claim.wasCut) await keep(copyAside);
  for (let tries = 0; ; tries++) {
    if (damage) {
      const { from, aside } = await restoreCopy(folder);
      const instead = from
        ? `goes on from the copy of ${from.toISOString().slice(0, 16)}Z; what came later is lost`
        : "begins anew";
      say(`The embedded storage in ${folder} can't be read (${damage}): it ${instead}. What was there lies in ${aside}.`);
    }
    try {
      const storage = await launch(folder, claim);
      await keep(keepCopy);
      return storage;
    } catch (error) {
      damage = isReportError(error) ? undefined : oneLine(error);
      if (!damage || tries === 2) throw error;
    }
  }
}

async function launch(folder: string, { write, wasCut }: OwnClaim): Promise<EmbeddedStorage> {
  const options = ["--location", folder, ...["blob", "queue", "table"].flatMap((service) => [`--${service}Port`, "0"])];
  const flags = ["--silent", "--disableTelemetry", "--skipApiVersionCheck", "--disableProductStyleUrl"];
  const account = newAccount();
  const child = spawn(process.execPath, ["-e", CHILD, "--", ...options, ...flags], {
    // A group of its own: Ctrl-C is for the program, which ends Azurite when it has finished with it.
    detached: true,
    windowsHide: true,
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: childEnvironment(process.env, ownerFileOf(folder), account),
  });
  write({ azuritePid: child.pid ?? 0 });
  let exitCode: number | null | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("exit", (code) => resolve(void (exitCode = code)));
    child.once("error", () => resolve(void (exitCode = null)));
  });
  const output = follow(child);
  const endpoints = await waitForEndpoints(child, output, ended);
  write({ azuritePid: child.pid ?? 0, ...account, ...endpoints });
  child.unref();
  child.channel?.unref();
  return {
    connectionString: toConnectionString({ ...account, ...endpoints }),
    isJoined: false,
    wasCut,
    ended,
    stop: async () => {
      // It does not keep the program alive, but its end is waited for, however long it has to write.
      child.ref();
      if (child.connected) child.disconnect();
      await ended;
      if (exitCode === 0) return;
      const reason = exitCode === null ? "its process was ended" : oneLine(output()).slice(-200);
      throw new ReportError(
        "storage-unavailable",
        `The embedded storage in ${folder} is not saved: ${reason || `it ended with ${exitCode}`}. The next run will not know all of this one.`,
      );
    },
  };
}

/** The last that it has said. */
function follow(child: ChildProcess): () => string {
  let output = "";
  const read = (chunk: Buffer) => (output = (output + chunk.toString("utf8")).slice(-10_000));
  child.stdout?.on("data", read);
  child.stderr?.on("data", read);
  return () => output;
}

/** @throws Error what can't be read, in words; ReportError storage-unavailable where Azurite does not start for another reason. */
async function waitForEndpoints(child: ChildProcess, output: () => string, ended: Promise<void>): Promise<Endpoints> {
  let broken: string | undefined;
  let isOver = false;
  child.on("message", (message: { broken?: string }) => (broken ??= `${message.broken} is damaged`));
  void ended.then(() => (isOver = true));
  const deadline = Date.now() + START_MS;
  for (;;) {
    const at = (service: string) => new RegExp(`${service} service is successfully listening at (\\S+)`).exec(output())?.[1];
    const [blob, queue, table] = [at("Blob"), at("Queue"), at("Table")];
    if (blob && queue && table) return { blob, queue, table };
    if (isOver || Date.now() > deadline) break;
    await Promise.race([ended, delay(20)]);
  }
  child.kill("SIGKILL");
  await ended;
  if (broken) throw new Error(broken);
  throw new ReportError(
    "storage-unavailable",
    `The embedded storage (Azurite) did not start: ${oneLine(output()).slice(-200) || "it said nothing"}.`,
  );
}
