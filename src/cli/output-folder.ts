import { createWriteStream } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { isReportError, oneLine, ReportError } from "../errors";
import { FORMATS, OUTPUTS } from "../store/files";
import type { Outputs } from "../store/outputs";

function unwritable(folder: string, error: unknown): ReportError {
  return new ReportError(
    "output-unwritable",
    `The output folder ${folder} can't be written: ${oneLine(error)}. Name another with --out.`,
    { cause: error },
  );
}

/** Finds out before the work begins whether its result can be written. @throws ReportError output-unwritable. */
export async function checkOutputFolder(folder: string): Promise<void> {
  const probe = path.join(folder, `.groups-report-${process.pid}`);
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(probe, "");
    await rm(probe);
  } catch (error) {
    throw unwritable(folder, error);
  }
}

/** Writes a published run's files: each beside its place first, then all are renamed, so a failure leaves what was there. */
export async function writeOutputs(outputs: Outputs, runId: string, folder: string): Promise<string[]> {
  const partial = (name: string) => path.join(folder, `.${name}.${process.pid}`);
  const names = FORMATS.map((format) => OUTPUTS[format].name);
  try {
    for (const format of FORMATS) {
      const output = await outputs.find(runId, format);
      if (!output) throw new Error(`the run ${runId} has no ${format}`);
      const file = await output.open();
      const target = createWriteStream(partial(OUTPUTS[format].name));
      if (file.gzip) await pipeline(file.body as Readable, createGunzip(), target);
      else await pipeline(file.body as Readable, target);
    }
    for (const name of names) await rename(partial(name), path.join(folder, name));
    return names.map((name) => path.join(folder, name));
  } catch (error) {
    await Promise.all(names.map((name) => rm(partial(name), { force: true })));
    if (isReportError(error, "output-altered")) throw error;
    throw unwritable(folder, error);
  }
}
