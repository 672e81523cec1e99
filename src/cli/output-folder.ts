import { createWriteStream } from "node:fs";
import { rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { closeToOthers, makePrivateFolder } from "../local/private-folder";
import { isReportError, oneLine, ReportError } from "../model/errors";
import { FORMATS, OUTPUTS } from "../model/formats";
import type { Outputs } from "../store/outputs";

function unwritable(folder: string, error: unknown): ReportError {
  return new ReportError(
    "output-unwritable",
    `The output folder ${folder} can't be written: ${oneLine(error)}. Name another with --out.`,
    { cause: error },
  );
}

const NAMES = FORMATS.map((format) => OUTPUTS[format].name);

/**
 * Finds out before the work begins whether its result can be written, and closes to others what an earlier version has
 * written there. The folder itself, if it was there, stays as it is: it may hold more than reports.
 * @returns what was done, in a sentence each.
 * @throws ReportError output-unwritable.
 */
export async function checkOutputFolder(folder: string): Promise<string[]> {
  const probe = path.join(folder, `.groups-report-${process.pid}`);
  try {
    await makePrivateFolder(folder);
    await writeFile(probe, "", { mode: 0o600 });
    await rm(probe);
    return await closeToOthers(
      NAMES.map((name) => path.join(folder, name)),
      `the reports in ${folder}`,
    );
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Writes a published run's files: each beside its place first, then all are renamed, so a failure leaves what was there. */
export async function writeOutputs(outputs: Outputs, runId: string, folder: string): Promise<string[]> {
  const partial = (name: string) => path.join(folder, `.${name}.${process.pid}`);
  try {
    for (const format of FORMATS) {
      const output = await outputs.find(runId, format);
      if (!output) throw new Error(`the run ${runId} has no ${format}`);
      const file = await output.open();
      const target = createWriteStream(partial(OUTPUTS[format].name), { mode: 0o600 });
      if (file.gzip) await pipeline(file.body as Readable, createGunzip(), target);
      else await pipeline(file.body as Readable, target);
    }
    for (const name of NAMES) await rename(partial(name), path.join(folder, name));
    return NAMES.map((name) => path.join(folder, name));
  } catch (error) {
    await Promise.all(NAMES.map((name) => rm(partial(name), { force: true })));
    if (isReportError(error, "output-altered")) throw error;
    throw unwritable(folder, error);
  }
}
