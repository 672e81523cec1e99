import type { InvocationContext } from "@azure/functions";
import { createServices, type Services } from "../activities/services";
import { loadSettings } from "../settings";
import { eventLine } from "../telemetry/event-line";
import { severityOf } from "../telemetry/events";

let opening: Promise<Services> | undefined;

/**
 * The services of this worker process, made on first use: nothing may be read or throw while the host loads the app
 * (durable-facts §2.2, 29). A failure is not kept: the next call tries again.
 */
export async function hostServices(context: InvocationContext): Promise<Services> {
  opening ??= open().catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  // One JSON line an event, under the invocation that it belongs to.
  return { ...(await opening), log: (event) => context[severityOf(event)](eventLine(event)) };
}

async function open(): Promise<Services> {
  return createServices(loadSettings("host"));
}
