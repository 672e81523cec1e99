import type { Feature } from "./run";

/** The application that Microsoft Graph is in every tenant; its app roles are the permissions below. */
export const GRAPH_APP_ID = "00000003-0000-0000-c000-000000000000";

/** An application permission of Microsoft Graph that some feature needs. */
export interface Permission {
  name: string;
  /** Its app role on Microsoft Graph, the same in every tenant (graph.md#permissions). */
  appRoleId: string;
  /** The feature that needs it; null where every report does. */
  feature: Feature | null;
  /** What it is for, after "for". */
  purpose: string;
  /** The headings that stay empty or wrong without it, in words. */
  lost: string;
}

/** Least privilege: of the permissions that Microsoft accepts for a request, the one that opens least (graph.md#permissions). */
export const PERMISSIONS: readonly Permission[] = [
  {
    name: "GroupMember.Read.All",
    appRoleId: "98830695-27a2-44f7-8c18-0c3ebc9698f6",
    feature: null,
    purpose: "the groups and their owners",
    lost: "everything: there is no report without the list of groups",
  },
  {
    name: "User.Read.All",
    appRoleId: "df021288-bdef-4463-88db-98f22de89214",
    feature: null,
    purpose: "owners' names, disabled accounts and guests, and the tenant's name",
    lost: "Owners, Owner Emails, Active Owners, Owner State",
  },
  {
    name: "Reports.Read.All",
    appRoleId: "230c1aed-a721-4c5d-9cb4-a90514e508ef",
    feature: null,
    purpose: "the three usage reports",
    lost: "all activity, members, guests, mailbox, Viva Engage, site and team figures",
  },
  {
    name: "ReportSettings.Read.All",
    appRoleId: "ee353f83-55ef-4b78-82da-555bfa2b4b95",
    feature: null,
    purpose: "telling whether the tenant hides names in its reports",
    lost: "no column; a report that hides names can't be told from one whose setting was just changed",
  },
  {
    name: "TeamSettings.Read.All",
    appRoleId: "242607bd-1d2c-432c-82eb-bdb27baa23ab",
    feature: "teams",
    purpose: "telling whether a team is archived",
    lost: "Archived, Archived As Of; teams without activity are Unknown",
  },
  {
    name: "AuditLog.Read.All",
    appRoleId: "b0afded3-3588-46d8-8b3d-9842eff778da",
    feature: "signIns",
    purpose: "owners' last sign-in (needs Microsoft Entra ID P1 or P2)",
    lost: "Active Owners and Owner State of enabled owners",
  },
  {
    name: "Sites.Read.All",
    appRoleId: "332a536c-c7ef-4017-ab91-336970924f0d",
    feature: "sites",
    purpose: "site addresses that the site report leaves empty; it reads all documents of the tenant",
    lost: "Site URL where the site report leaves it empty",
  },
];

/** The permissions that a run with these features needs. */
export function permissionsFor(features: readonly Feature[]): readonly Permission[] {
  return PERMISSIONS.filter(({ feature }) => feature === null || features.includes(feature));
}
