import { ReportError } from "../model/errors";
import type { Environment } from "./environment";

/** What `--auth` takes. Without it the settings decide. */
export const AUTH_KINDS = [
  "managed-identity",
  "workload-identity",
  "client-secret",
  "certificate",
  "azure-cli",
  "device-code",
  "browser",
] as const;
export type AuthKind = (typeof AUTH_KINDS)[number];

/** Where the certificate with its private key is: a PEM or PFX file, or a folder in which thumbprints are names. */
export type CertificatePlace = { path: string; password?: string } | { thumbprint: string; folder: string };

interface Application {
  tenantId: string;
  clientId: string;
}

/** Who asks for tokens, with all that its kind needs. `default` is @azure/identity's DefaultAzureCredential. */
export type AuthChoice = Kind & {
  /** AZURE_AUTHORITY_HOST; [Entra's global one]. */
  authorityHost?: string;
};

type Kind =
  | (Application & { kind: "client-secret"; clientSecret: string })
  | (Application & { kind: "certificate"; certificate: CertificatePlace; sendChain: boolean })
  | (Application & { kind: "workload-identity"; tokenFile: string })
  /** No clientId: the system-assigned one. */
  | { kind: "managed-identity"; clientId?: string }
  | { kind: "azure-cli" | "device-code" | "browser"; tenantId?: string; clientId?: string }
  | { kind: "default"; hint?: string };

/** App Service puts private certificates here as `<thumbprint>.p12` (Linux; WEBSITE_LOAD_CERTIFICATES names them). */
const APP_SERVICE_FOLDER = "/var/ssl/private";

/** AZURE_TOKEN_CREDENTIALS as @azure/identity reads it; its other values (dev, prod, …) are left to DefaultAzureCredential. */
const NAMED_CREDENTIALS: Record<string, AuthKind> = {
  workloadidentitycredential: "workload-identity",
  managedidentitycredential: "managed-identity",
  azureclicredential: "azure-cli",
};

/**
 * The identity that the settings name, as @azure/identity's users expect: a client secret, then a certificate, workload
 * identity federation, a managed identity, and where none of these is set DefaultAzureCredential.
 * @param named the kind that `--auth` names, which goes before the settings.
 * @throws ReportError setting-invalid, naming what is missing.
 */
export function chooseAuth(env: Environment, named?: AuthKind): AuthChoice {
  const get = (name: string) => env[name]?.trim() || undefined;
  return { ...choose(named ?? kindOf(get), get), ...optional("authorityHost", get("AZURE_AUTHORITY_HOST")) };
}

type Get = (name: string) => string | undefined;

function choose(kind: AuthKind | undefined, get: Get): Kind {
  switch (kind) {
    case "client-secret":
      return { kind, ...need(kind, get, "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET") };
    case "certificate": {
      const application = need(kind, get, "AZURE_TENANT_ID", "AZURE_CLIENT_ID");
      const sendChain = /^(true|1)$/i.test(get("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN") ?? "");
      return { kind, ...application, certificate: certificatePlace(get), sendChain };
    }
    case "workload-identity": {
      const { federatedTokenFile, ...application } = need(
        kind,
        get,
        "AZURE_TENANT_ID",
        "AZURE_CLIENT_ID",
        "AZURE_FEDERATED_TOKEN_FILE",
      );
      return { kind, ...application, tokenFile: federatedTokenFile };
    }
    case "managed-identity":
      return { kind, ...optional("clientId", get("AZURE_CLIENT_ID")) };
    case "azure-cli":
      return { kind, ...optional("tenantId", get("AZURE_TENANT_ID")) };
    case "device-code":
    case "browser":
      return {
        kind,
        ...optional("tenantId", get("AZURE_TENANT_ID")),
        ...optional("clientId", get("AZURE_CLIENT_ID")),
      };
    default:
      return { kind: "default", ...optional("hint", halfConfigured(get)) };
  }
}

function kindOf(get: Get): AuthKind | undefined {
  const credentials = get("AZURE_TOKEN_CREDENTIALS")?.toLowerCase();
  const named = credentials === undefined ? undefined : NAMED_CREDENTIALS[credentials];
  if (named) return named;
  if (credentials !== undefined && !["prod", "environmentcredential"].includes(credentials)) return undefined;
  if (get("AZURE_CLIENT_SECRET")) return "client-secret";
  if (get("AZURE_CLIENT_CERTIFICATE_PATH") || get("AZURE_CLIENT_CERTIFICATE_THUMBPRINT")) return "certificate";
  if (credentials === "environmentcredential") return undefined;
  if (get("AZURE_FEDERATED_TOKEN_FILE")) return "workload-identity";
  return get("IDENTITY_ENDPOINT") || get("MSI_ENDPOINT") ? "managed-identity" : undefined;
}

const KEYS = {
  AZURE_TENANT_ID: "tenantId",
  AZURE_CLIENT_ID: "clientId",
  AZURE_CLIENT_SECRET: "clientSecret",
  AZURE_FEDERATED_TOKEN_FILE: "federatedTokenFile",
} as const;

function need<N extends keyof typeof KEYS>(kind: AuthKind, get: Get, ...names: N[]): { [K in N as (typeof KEYS)[K]]: string } {
  const missing = names.filter((name) => get(name) === undefined);
  if (missing.length > 0) throw incomplete(kind, missing.join(" and "), names.join(", "));
  return Object.fromEntries(names.map((name) => [KEYS[name], get(name)])) as { [K in N as (typeof KEYS)[K]]: string };
}

function incomplete(kind: AuthKind, missing: string, needed: string): ReportError {
  return new ReportError(
    "setting-invalid",
    `The setting${/ and /.test(missing) ? "s" : ""} ${missing} ${/ and /.test(missing) ? "are" : "is"} missing: to sign in by ${kind}, ${needed} must be set. Set it, or name another way with --auth.`,
  );
}

function certificatePlace(get: Get): CertificatePlace {
  const path = get("AZURE_CLIENT_CERTIFICATE_PATH");
  if (path !== undefined) return { path, ...optional("password", get("AZURE_CLIENT_CERTIFICATE_PASSWORD")) };
  const thumbprint = get("AZURE_CLIENT_CERTIFICATE_THUMBPRINT")
    ?.replace(/[\s:\u200e]/g, "")
    .toUpperCase();
  if (thumbprint === undefined)
    throw incomplete(
      "certificate",
      "AZURE_CLIENT_CERTIFICATE_PATH or AZURE_CLIENT_CERTIFICATE_THUMBPRINT",
      "AZURE_TENANT_ID, AZURE_CLIENT_ID and one of the two",
    );
  if (!/^([0-9A-F]{40}|[0-9A-F]{64})$/.test(thumbprint))
    throw new ReportError(
      "setting-invalid",
      "The setting AZURE_CLIENT_CERTIFICATE_THUMBPRINT is no thumbprint: it must be 40 (SHA-1) or 64 (SHA-256) hexadecimal digits, as the portal shows it.",
    );
  // On Windows App Service names the folder itself.
  return {
    thumbprint,
    folder: get("AZURE_CLIENT_CERTIFICATE_FOLDER") ?? get("WEBSITE_PRIVATE_CERTS_PATH") ?? APP_SERVICE_FOLDER,
  };
}

/** What was begun and not finished, for the sentence that says that nobody is signed in. */
function halfConfigured(get: Get): string | undefined {
  if (get("AZURE_TENANT_ID") === undefined || get("AZURE_CLIENT_ID") === undefined) return undefined;
  return "AZURE_TENANT_ID and AZURE_CLIENT_ID are set, but none of AZURE_CLIENT_SECRET, AZURE_CLIENT_CERTIFICATE_PATH, AZURE_CLIENT_CERTIFICATE_THUMBPRINT and AZURE_FEDERATED_TOKEN_FILE";
}

function optional<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string };
}
