#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { oneLine } from "../errors";
import { VERSION } from "../settings";
import { demo } from "./demo";
import { grant } from "./grant";
import { run } from "./run";
import { serve } from "./serve";
import { start } from "./start";

const DATA = "./.groups-report";

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

const program = new Command("groups-report")
  .description("Which Microsoft 365 groups and teams are alive, who owns them and what they hold.")
  .version(VERSION)
  .exitOverride()
  .configureOutput({ outputError: (text, write) => write(`${oneLine(text.replace(/^error: /, ""))}\n`) });

const common = (command: Command) =>
  command
    .option("--data <dir>", "where the embedded storage lives", DATA)
    .option("--json", "print the summary as one line of JSON at the end")
    .option("--verbose", "log every event, and the stack of an error");

common(program.command("run").description("Make one report from the tenant that the settings name."))
  .requiredOption("--out <dir>", "folder for report.json, report.csv, report.xlsx and report.html")
  .option("--resume", "go on with the newest unfinished run")
  .action(async (options) => {
    process.exitCode = await run(options);
  });

common(program.command("demo").description("Make the report of a simulated tenant."))
  .option("--out <dir>", "folder for the outputs", "./out")
  .option("--groups <count>", "groups in the simulated tenant", wholeNumber, 1000)
  .option("--seed <number>", "another seed, another tenant and other faults", wholeNumber, 1)
  .option("--faults", "let one request in twenty fail, in every way at once")
  .action(async (options) => {
    process.exitCode = await demo(options);
  });

program
  .command("serve")
  .description("Serve the app's HTTP routes on this machine.")
  .option("--data <dir>", "where the embedded storage lives", DATA)
  .option("--port <number>", "port on 127.0.0.1; 0 takes a free one", wholeNumber, 7071)
  .option("--verbose", "log every event, and the stack of an error")
  .action(async (options) => {
    process.exitCode = await serve(options);
  });

program
  .command("start")
  .description("Run the app on a local Functions host (Core Tools), with storage and, where no tenant is set, a simulated one.")
  .option("--data <dir>", "where the embedded storage lives", DATA)
  .argument("[options...]", "options of `func start`, such as --port 7072")
  .allowUnknownOption()
  .action(async (funcOptions: string[], options) => {
    process.exitCode = await start({ ...options, funcOptions });
  });

program
  .command("grant")
  .description("Give an identity the permissions on Microsoft Graph that the chosen features need, as a signed-in administrator.")
  .requiredOption("--identity <name|id>", "managed identity or application: its name, object id or application id")
  .option("--features <list>", "of teams, signIns, sites; all; none (default: the setting FEATURES)")
  .option("--dry-run", "say what would be done, and change nothing")
  .addOption(new Option("--script [file]", "write a shell script for an administrator to run instead").conflicts("dryRun"))
  .option("--revoke", "take away all permissions of this software, whatever the features")
  .option("--yes", "revoke without being asked")
  .option("--json", "print what was done as one line of JSON at the end")
  .option("--verbose", "print the stack of an error")
  .action(async (options) => {
    process.exitCode = await grant(options);
  });

// Should the work ever stop without an end, that is no success.
process.exitCode = 1;
program.parseAsync().catch((error: unknown) => {
  // Commander has said its line already.
  process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 1) : 1;
  if (!(error instanceof CommanderError)) process.stderr.write(`${oneLine(error)}\n`);
});
