import type { Activities } from "../orchestration/activities";
import { assess } from "./assess";
import { collectPage, failSource, stillGoing } from "./collect-page";
import { finish } from "./finish";
import { judge } from "./judge";
import { plan } from "./plan";
import { publish } from "./publish";
import type { Services } from "./services";
import { summarise } from "./summarise";

/** Every activity by name, for both engines. */
export const ACTIVITIES: {
  [N in keyof Activities]: (services: Services, input: Activities[N]["input"]) => Promise<Activities[N]["outcome"]>;
} = {
  plan,
  collectPage,
  stillGoing,
  failSource,
  assess,
  judge,
  summarise,
  publish,
  finish,
};
