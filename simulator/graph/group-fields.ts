/** graph.md#groups: what v1.0 returns of a group without `$select`. */
export const GROUP_DEFAULTS = [
  "id",
  "displayName",
  "description",
  "mail",
  "mailEnabled",
  "mailNickname",
  "proxyAddresses",
  "visibility",
  "groupTypes",
  "createdDateTime",
  "renewedDateTime",
  "expirationDateTime",
  "resourceBehaviorOptions",
  "resourceProvisioningOptions",
  "securityEnabled",
  "membershipRule",
  "onPremisesSyncEnabled",
  "preferredDataLocation",
] as const;

/** Only with `$select`, also on the list (graph.md#groups). */
const ON_REQUEST = ["assignedLabels", "assignedLicenses", "isAssignableToRole", "isManagementRestricted"];

/** In the CSDL, and yet never returned from a list (graph.md#groups): such a `$select` is accepted and gives nothing. */
export const SILENT = new Set(["isArchived", "hasMembersWithLicenseErrors"]);

export const GROUP_FIELDS: ReadonlySet<string> = new Set([
  ...GROUP_DEFAULTS,
  ...ON_REQUEST,
  ...SILENT,
  "classification",
  "theme",
]);

export const USER_DEFAULTS = ["id", "displayName", "jobTitle", "mail", "userPrincipalName"] as const;
export const USER_FIELDS: ReadonlySet<string> = new Set([
  ...USER_DEFAULTS,
  "accountEnabled",
  "userType",
  "department",
  "createdDateTime",
  "signInActivity",
  "givenName",
  "surname",
  "mobilePhone",
  "officeLocation",
  "preferredLanguage",
  "businessPhones",
]);
