import { app } from "@azure/functions";
import "./orchestrators";
import "./activities";
import "./http";
import "./timer";

// Without it a report of 150 MB takes 1.5 GB of memory to send (docs/architecture.md).
app.setup({ enableHttpStream: true });
