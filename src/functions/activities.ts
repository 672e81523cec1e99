import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { ACTIVITIES } from "../activities";
import { hostServices } from "./host-services";

for (const [name, activity] of Object.entries(ACTIVITIES)) {
  df.app.activity(name, {
    handler: async (input: unknown, context: InvocationContext) => activity(await hostServices(context), input as never),
  });
}
