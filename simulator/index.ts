/**
 * A Microsoft 365 tenant and a Microsoft Graph that behave like the real ones, over real HTTP on loopback. For the demo,
 * the tests and the benchmarks; never loaded in Azure. It shares no code with the client that it tests.
 */
export { startSimulator, type Simulator, type SimulatorOptions } from "./start";
export { makeTenant, type TenantOptions } from "./tenant/make-tenant";
export { faultsPreset, FAULTS, type FaultName, type FaultRule, type FaultScope } from "./faults";
export { defaultSwitches, type PerReport, type Switches } from "./switches";
export { APP_ROLES } from "./graph/permissions";
export type { Reply } from "./graph/reply";
export type { Clock, Credentials, RequestEntry, RequestHost, Tamper } from "./world";
export type { IssuedToken } from "./identity/token-book";
export type {
  Expected,
  ReportName,
  SimGroup,
  SimOwner,
  SimServicePrincipal,
  SimUser,
  SiteUsageRow,
  Tenant,
} from "./tenant/types";
