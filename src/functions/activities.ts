import type { InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { ACTIVITIES } from "../activities";
import { hostServices } from "./host-services";
import { withinLimit } from "./limit";

for (const [name, activity] of Object.entries(ACTIVITIES)) {
  df.app.activity(name, {
    handler: (input: unknown, context: InvocationContext) =>
      withinLimit(
        name,
        hostServices(context).then((services): Promise<unknown> => activity(services, input as never)),
      ),
  });
}
