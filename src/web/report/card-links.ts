import { codedText, type Data, dayOf } from "./data";

export interface Link {
  title: string;
  href: string;
}

const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Where the group can be looked at and changed. Addresses of the portals of the worldwide cloud; a site's only where it is https. */
export function linksOf(data: Data, row: number): Link[] {
  const id = data.ids[row] ?? "";
  const site = data.texts.siteUrl[row] ?? "";
  const isTeam = codedText(data, "kind", row) === "Team" || dayOf(data, "teamLastActivity", row) !== null;
  const admin = GUID.test(id)
    ? [
        {
          title: "Entra",
          href: `https://entra.microsoft.com/#view/Microsoft_AAD_IAM/GroupDetailsMenuBlade/~/Overview/groupId/${id}`,
        },
        { title: "Microsoft 365 admin center", href: `https://admin.microsoft.com/Adminportal/Home#/groups/:/TeamDetails/${id}` },
      ]
    : [];
  // The Teams admin center has no documented address of a single team: its list has a search.
  const teams = isTeam ? [{ title: "Teams admin center (list)", href: "https://admin.teams.microsoft.com/teams/manage" }] : [];
  const sites = isHttps(site) ? [{ title: "Site", href: site }] : [];
  return [...admin, ...teams, ...sites];
}

export function ownerLink(id: string): string | null {
  return GUID.test(id)
    ? `https://entra.microsoft.com/#view/Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/${id}`
    : null;
}

function isHttps(address: string): boolean {
  try {
    return new URL(address).protocol === "https:";
  } catch {
    return false;
  }
}
