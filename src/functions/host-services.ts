import type { InvocationContext } from "@azure/functions";
import { createServices, type Services } from "../activities/services";
import { misspeltSettings } from "../settings/misspelt";
import { loadSettings } from "../settings/settings";
import { eventLine } from "../telemetry/event-line";
import { severityOf } from "../telemetry/events";

let opening: Promise<Services> | undefined;

/**
 * The services of this worker process, made on first use: nothing may be read or throw while the host loads the app
 * (Azure/azure-functions-nodejs-library#78). A failure is not kept: the next call tries again.
 */
export async function hostServices(context: InvocationContext): Promise<Services> {
  opening ??= open(context).catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  // One JSON line an event, under the invocation that it belongs to.
  return { ...(await opening), log: (event) => context[severityOf(event)](eventLine(event)) };
}

async function open(context: InvocationContext): Promise<Services> {
  for (const { name, meant } of misspeltSettings(process.env)) {
    const event = { event: "setting-misspelt", name, meant } as const;
    context[severityOf(event)](eventLine(event));
  }
  return createServices(loadSettings("host"));
}
