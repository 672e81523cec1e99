import { unitsOf } from "./limits";
import { pickFields, selected } from "./odata";
import { ROLES } from "./permissions";
import { ok } from "./reply";
import type { Route } from "./route";

const FIELDS = ["id", "displayName", "tenantType", "countryLetterCode", "verifiedDomains"];

/** The tenant itself, and its settings for reports. */
export const ORGANIZATION_ROUTES: Route[] = [
  {
    method: "GET",
    pattern: /^\/organization$/,
    roles: ROLES.organization,
    cost: (request) => ({ units: unitsOf(request, 1) }),
    answer: (request) => {
      const { tenant, graphOrigin } = request.world;
      const all = {
        id: tenant.id,
        displayName: tenant.name,
        tenantType: "AAD",
        countryLetterCode: "NO",
        verifiedDomains: [{ name: tenant.domain, isDefault: true, isInitial: false, type: "Managed", capabilities: "Email" }],
      };
      const fields = selected(request.query.get("$select"), new Set(FIELDS), "microsoft.graph.organization") ?? FIELDS;
      return ok({ "@odata.context": `${graphOrigin}/v1.0/$metadata#organization`, value: [pickFields(all, fields)] });
    },
  },
  {
    method: "GET",
    pattern: /^\/admin\/reportSettings$/,
    roles: ROLES.reportSettings,
    cost: () => ({}),
    answer: (request) => {
      const { switches, graphOrigin } = request.world;
      const context = `${graphOrigin}/v1.0/$metadata#admin/reportSettings/$entity`;
      const entity = { displayConcealedNames: switches.concealed };
      // graph.md#concealed-names: the documentation's sample wraps the entity, the CSDL does not.
      return ok(
        switches.reportSettingsWrapped
          ? { value: { "@odata.context": context, ...entity } }
          : { "@odata.context": context, ...entity },
      );
    },
  },
];
