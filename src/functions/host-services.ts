import { createServices, type Services } from "../activities/services";
import { loadSettings } from "../settings";

let opening: Promise<Services> | undefined;

/**
 * The services of this worker process, made on first use: nothing may be read or throw while the host loads the app
 * (durable-facts §2.2, 29). A failure is not kept: the next call tries again.
 */
export function hostServices(): Promise<Services> {
  opening ??= open().catch((error: unknown) => {
    opening = undefined;
    throw error;
  });
  return opening;
}

async function open(): Promise<Services> {
  return createServices(loadSettings("host"), { log: (event) => console.log(JSON.stringify(event)) });
}
