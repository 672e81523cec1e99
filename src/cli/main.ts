#!/usr/bin/env node
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { AUTH_KINDS } from "../settings/choose-auth";
import { oneLine } from "../model/errors";
import { VERSION } from "../settings/settings";
import { complain, complainAtLength, exitWhenWritten, sayAtLength } from "../telemetry/terminal";
import { demo } from "./demo";
import { doctor } from "./doctor";
import { grant } from "./grant";
import { run } from "./run";
import { serve } from "./serve";
import { start } from "./start";
import { checkPolicies, listPolicies, removePolicy, setPolicy } from "./token-policy";
import { tokenShow } from "./token-show";

const DATA = "./.groups-report";

// Reports hold names and mail addresses: whatever a command writes, here or in a child process, is for its user alone.
process.umask(0o077);

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError("It must be a whole number.");
  return value;
}

const program = new Command("groups-report")
  .description("Which Microsoft 365 groups and teams are alive, who owns them and what they hold.")
  .version(VERSION)
  .exitOverride()
  .configureOutput({
    writeOut: sayAtLength,
    writeErr: complainAtLength,
    outputError: (text) => complain(oneLine(text.replace(/^error: /, ""))),
  });

const common = (command: Command) =>
  command
    .option("--data <dir>", "where the embedded storage lives", DATA)
    .option("--json", "print the summary as one line of JSON at the end")
    .option("--verbose", "log every event, and the stack of an error");

/** Commands that sign in somewhere take `--auth`; it goes before the settings. */
const signedIn = (command: Command) =>
  command.addOption(new Option("--auth <kind>", "how to sign in, instead of as the settings say").choices(AUTH_KINDS));

common(signedIn(program.command("run")).description("Make one report from the tenant that the settings name."))
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

signedIn(program.command("serve"))
  .description("Serve the app's HTTP routes on this machine.")
  .option("--data <dir>", "where the embedded storage lives", DATA)
  .option("--port <number>", "port on 127.0.0.1; 0 takes a free one", wholeNumber, 7071)
  .option("--verbose", "log every event, and the stack of an error")
  .action(async (options) => {
    process.exitCode = await serve(options);
  });

const JSON_LINE = ["--json", "print one line of JSON instead"] as const;

signedIn(program.command("doctor"))
  .description("Tell whether a run will work: identity, permissions, reports, storage, clock.")
  .option("--data <dir>", "where the embedded storage lives", DATA)
  .option(...JSON_LINE)
  .action(async (options) => {
    process.exitCode = await doctor(options);
  });

const token = program.command("token").description("Look at access tokens, and at the tenant's policies for their life.");

signedIn(token.command("show"))
  .description("Show what an access token says, without sending it anywhere.")
  .option("--stdin", "read the token from standard input instead of asking for one")
  .option(...JSON_LINE)
  .action(async (options) => {
    process.exitCode = await tokenShow(options);
  });

const policy = token.command("policy").description("The tenant's token lifetime policies.");

signedIn(policy.command("list"))
  .description("List the policies, each with where it applies.")
  .option(...JSON_LINE)
  .action(async (options) => {
    process.exitCode = await listPolicies(options);
  });

signedIn(policy.command("set"))
  .description("Set how long access tokens live by default, in the whole tenant.")
  .argument("<lifetime>", "10 minutes to 1 day: 90m, 8h, 1d or 8:00:00")
  .option("--yes", "do not ask")
  .action(async (lifetime: string, options) => {
    process.exitCode = await setPolicy(lifetime, options);
  });

signedIn(policy.command("remove"))
  .description("Remove the default of the whole tenant.")
  .option("--yes", "do not ask")
  .action(async (options) => {
    process.exitCode = await removePolicy(options);
  });

signedIn(policy.command("check"))
  .description("Ask for a token and compare its life with what the policies promise.")
  .option(...JSON_LINE)
  .action(async (options) => {
    process.exitCode = await checkPolicies(options);
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

signedIn(program.command("grant"))
  .description("Give an identity the permissions on Microsoft Graph that the chosen features need, as a signed-in administrator.")
  .requiredOption("--identity <name|id>", "managed identity or application: its name, object id or application id")
  .option("--features <list>", "of teams, signIns, sites; all; none (default: the setting FEATURES)")
  .option("--dry-run", "say what would be done, and change nothing")
  .addOption(new Option("--script [file]", "write a shell script for an administrator to run instead").conflicts("dryRun"))
  .option("--revoke", "take away all permissions of this software, or with --features those that the named features alone need")
  .option("--yes", "grant or revoke without being asked")
  .option("--json", "print what was done as one line of JSON at the end")
  .option("--verbose", "print the stack of an error")
  .action(async (options) => {
    process.exitCode = await grant(options);
  });

// Node would print it with its stack, and whatever stands in its words.
process.on("uncaughtException", (error) => {
  complain(oneLine(error));
  process.exit(1);
});
// Should the work ever stop without an end, that is no success.
process.exitCode = 1;
program
  .parseAsync()
  .catch((error: unknown) => {
    // Commander has said its line already.
    process.exitCode = error instanceof CommanderError ? (error.exitCode === 0 ? 0 : 1) : 1;
    if (!(error instanceof CommanderError)) complain(oneLine(error));
  })
  // Requests to a storage that is gone are still being tried again: nobody waits for them.
  .finally(exitWhenWritten);
