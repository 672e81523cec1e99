import type { RunDetail, RunLine } from "../../model/api";
import { announce, calm, warn } from "./announce";
import { ask, AUTH, CallError, setKey } from "./call";
import { byId, element } from "./element";
import { askHealth, healthLine } from "./health";
import { latestReport } from "./latest-report";
import { createRunPanel } from "./run-panel";
import { runsTable, STATUS_TITLES } from "./runs-table";
import { sessionControl, signIn } from "./sign-in";
import { trend } from "./trend";

/** How often a run that goes is looked at, and how seldom where the app does not answer. */
const EVERY_MS = 3000;
const SELDOM_MS = 30_000;

const panel = createRunPanel(
  async (runId) => {
    going = runId;
    await look(refresh);
  },
  (error) => fail(error),
);
const wellness = element("div");
const report = element("div");
let going: string | undefined;
let isConnected = false;
let isAll = false;
let drawn = "";
let wait = EVERY_MS;
let timer: number | undefined;

/** Reads everything anew and shows it. Where nothing has changed, nothing is touched. */
async function refresh(): Promise<void> {
  const [{ runs }, health] = await Promise.all([ask<{ runs: RunLine[] }>("reports"), askHealth()]);
  const newest = runs.find(({ byResult }) => byResult !== null);
  const latest = newest && (await ask<RunDetail>(`reports/${encodeURIComponent(newest.runId)}`));
  if (!isConnected) return;
  recover();
  going = runs.find(({ status }) => status === "Running")?.runId;
  draw(runs, latest);
  wellness.replaceChildren(healthLine(health));
  await watch();
}

function draw(runs: readonly RunLine[], latest: RunDetail | undefined): void {
  const text = JSON.stringify([runs, latest, isAll]);
  if (text === drawn) return;
  drawn = text;
  const tenant = latest?.summary?.tenant.name ?? runs.find(({ tenantName }) => tenantName !== null)?.tenantName;
  if (tenant) byId("subject").replaceChildren("Activity reports of ", element("bdi", {}, tenant));
  const published = runs.filter(({ byResult }) => byResult !== null);
  const showAll = () => {
    isAll = true;
    draw(runs, latest);
  };
  report.replaceChildren(
    latest
      ? latestReport(
          latest,
          published.find(({ runId }) => runId < latest.runId),
        )
      : element("p", { class: "soft" }, "No report has been published yet."),
    ...(published.length > 0
      ? [element("section", { "aria-labelledby": "trend-title" }, element("h2", { id: "trend-title" }, "Trend"), trend(runs))]
      : []),
    ...(runs.length > 0 ? [runsTable(runs, isAll, showAll)] : []),
  );
}

/** Looks at the run that goes, until it has ended or nobody looks at this page any more. */
async function watch(): Promise<void> {
  clearTimeout(timer);
  if (going === undefined) return panel.show(undefined);
  const run = await ask<RunDetail>(`reports/${encodeURIComponent(going)}`);
  if (!isConnected) return;
  recover();
  if (run.status === "Running") {
    panel.show(run);
    plan();
    return;
  }
  announce(`The run has ended: ${STATUS_TITLES[run.status]}.`);
  // A run that was cancelled was so by somebody's wish.
  if (run.status === "Failed" && run.message !== null) warn(`The run has ended: ${STATUS_TITLES[run.status]}. ${run.message}`);
  await refresh();
}

/** The app answers again. */
function recover(): void {
  if (wait !== EVERY_MS) calm();
  wait = EVERY_MS;
}

function plan(): void {
  clearTimeout(timer);
  if (isConnected && going !== undefined && !document.hidden) timer = window.setTimeout(() => void look(watch), wait);
}

async function look(what: () => Promise<void>): Promise<void> {
  try {
    await what();
  } catch (error) {
    wait = Math.min(SELDOM_MS, wait * 2);
    fail(error);
    plan();
  }
}

function fail(error: unknown): void {
  if (error instanceof CallError && error.isUnknownCaller) disconnect(error.message);
  else if (error instanceof CallError) warn(error.message);
  else warn("Something in this page failed. Load it again.");
}

function disconnect(refused?: string): void {
  clearTimeout(timer);
  setKey(undefined);
  [isConnected, going, drawn] = [false, undefined, ""];
  wellness.replaceChildren();
  report.replaceChildren();
  panel.show(undefined);
  byId("live").textContent = "";
  byId("subject").textContent = "Activity reports";
  byId("session").replaceChildren();
  byId("view").replaceChildren(signIn(refused, connect));
  document.getElementById("key")?.focus();
}

async function connect(): Promise<void> {
  calm();
  isConnected = true;
  const control = sessionControl(() => disconnect());
  try {
    await refresh();
  } catch (error) {
    isConnected = false;
    fail(error);
    // Signed in, but without a role: perhaps as somebody else.
    if (AUTH === "entra" && error instanceof CallError && error.status === 403) byId("session").replaceChildren(control);
    return;
  }
  byId("session").replaceChildren(control);
  byId("view").replaceChildren(wellness, panel.root, report);
  document.getElementById("run-title")?.focus();
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(timer);
  if (isConnected && !document.hidden) void look(refresh);
});
// A browser may keep a page that was left, to show it again.
window.addEventListener("pagehide", () => disconnect());

disconnect();
if (AUTH === "entra") void connect();
