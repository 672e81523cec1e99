import { app, type HttpRequest, type InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { authLevelOf } from "../api/access";
import { methodsOf } from "../api/request";
import { answer, ROUTES } from "../api/routes";
import { loadHttpAccess, readHttpAuth } from "../settings/settings";
import { eventLine } from "../telemetry/event-line";
import { severityOf } from "../telemetry/events";
import { createDurableEngine } from "./durable-engine";
import { hostServices } from "./host-services";

// Read once, as the host does with what is registered; a wrong value is told by every route, request by request.
const auth = readHttpAuth();

for (const route of ROUTES) {
  app.http(route.name, {
    methods: methodsOf(route),
    route: route.path,
    authLevel: authLevelOf(route, auth),
    extraInputs: [df.input.durableClient()],
    handler: (request: HttpRequest, context: InvocationContext) =>
      answer(route, request, {
        access: loadHttpAccess,
        open: async () => ({ services: await hostServices(context), engine: createDurableEngine(df.getClient(context)) }),
        log: (event) => context[severityOf(event)](eventLine(event)),
      }),
  });
}
