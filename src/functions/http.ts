import { app, type HttpRequest, type InvocationContext } from "@azure/functions";
import * as df from "durable-functions";
import { answer, ROUTES } from "../api/routes";
import { createDurableEngine } from "./durable-engine";
import { hostServices } from "./host-services";

for (const route of ROUTES) {
  app.http(route.name, {
    methods: [route.method],
    route: route.path,
    authLevel: "function",
    extraInputs: [df.input.durableClient()],
    handler: (request: HttpRequest, context: InvocationContext) =>
      answer(
        route,
        request,
        async () => ({ services: await hostServices(context), engine: createDurableEngine(df.getClient(context)) }),
        (line) => context.error(line),
      ),
  });
}
