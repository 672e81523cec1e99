import * as z from "zod";

export interface Principal {
  /** `aad` for Microsoft Entra. */
  provider: string;
  roles: string[];
}

const CLAIMS = z.object({
  auth_typ: z.string(),
  role_typ: z.string().nullish(),
  claims: z.array(z.object({ typ: z.string(), val: z.unknown() })),
});

/**
 * The caller as App Service authentication tells of it in `x-ms-client-principal`: claims as JSON in Base64
 * (learn.microsoft.com/azure/app-service/configure-authentication-user-identities). App roles come as `roles`, or under
 * the name that `role_typ` gives. The header is worth something only where App Service authentication has set it.
 * @returns undefined where there is none, or none that can be read.
 */
export function readPrincipal(header: string | null): Principal | undefined {
  // Two headers would come as one with a comma in it, and a decoder would read the first alone.
  if (header === null || !/^[\w+/-]+={0,2}$/.test(header)) return undefined;
  let json: unknown;
  try {
    json = JSON.parse(Buffer.from(header, "base64").toString("utf8"));
  } catch {
    return undefined;
  }
  const parsed = CLAIMS.safeParse(json);
  if (!parsed.success) return undefined;
  const { auth_typ: provider, role_typ: roleType, claims } = parsed.data;
  const roles = claims.filter(({ typ }) => typ === "roles" || typ === roleType).map(({ val }) => val);
  return { provider, roles: roles.filter((role) => typeof role === "string") };
}
