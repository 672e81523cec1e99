import {
  AzureCliCredential,
  ClientCertificateCredential,
  ClientSecretCredential,
  DefaultAzureCredential,
  DeviceCodeCredential,
  InteractiveBrowserCredential,
  ManagedIdentityCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from "@azure/identity";
import { say } from "../telemetry/terminal";
import { readCertificate } from "./certificate";
import type { AuthChoice } from "../settings/choose-auth";
import { identityNetwork } from "../network/azure-client";
import { signInOnce } from "./person";

/** A credential of @azure/identity, and how it can be made to forget a token that Graph refused. */
export interface Identity {
  credential: TokenCredential;
  /**
   * `fresh`: given claims, it asks Entra instead of its cache. `challenge`: it takes those of a challenge alone (Azure CLI,
   * which answers with the command to run, and what stands on it). `never`: managed identities, which stand outside continuous access evaluation.
   */
  claims: "fresh" | "challenge" | "never";
}

export interface CredentialOptions {
  /** Tells the person what to do; [a line on stdout]. */
  prompt?: (message: string) => void;
  /** Trusted certificates of a token service other than the system's: tests. */
  ca?: string;
}

const LOOPBACK_AUTHORITY = /^https:\/\/(127\.0\.0\.1|localhost)(:|\/|$)/;

/** Who has signed in stays so: for every resource, and for each who asks with the same choice. */
const people = new WeakMap<AuthChoice, Identity>();

/**
 * The identity of a choice. A new one has an empty token cache, except for managed identities, whose cache is the process's,
 * the Azure CLI, which has its own (graph.md#tokens), and people, who are not asked to sign in twice.
 * @throws ReportError setting-invalid where the certificate can't be read; @azure/identity's own errors for malformed ids.
 */
export function createIdentity(choice: AuthChoice, options: CredentialOptions = {}): Identity {
  const { authorityHost } = choice;
  const { options: network, watch } = identityNetwork();
  const fresh = (credential: TokenCredential): Identity => ({ credential: watch(credential), claims: "fresh" });
  const known = (make: () => TokenCredential): Identity => {
    const identity = people.get(choice) ?? fresh(make());
    people.set(choice, identity);
    return identity;
  };
  const common = {
    ...network,
    ...(authorityHost ? { authorityHost } : {}),
    ...(options.ca ? { tlsOptions: { ca: options.ca } } : {}),
    // Microsoft's list of authorities does not know a simulated one.
    ...(authorityHost && LOOPBACK_AUTHORITY.test(authorityHost) ? { disableInstanceDiscovery: true } : {}),
  };
  const prompt = options.prompt ?? say;
  switch (choice.kind) {
    case "client-secret":
      return fresh(new ClientSecretCredential(choice.tenantId, choice.clientId, choice.clientSecret, common));
    case "certificate": {
      const certificate = readCertificate(choice.certificate);
      const chained = { ...common, sendCertificateChain: choice.sendChain };
      return fresh(new ClientCertificateCredential(choice.tenantId, choice.clientId, { certificate }, chained));
    }
    case "workload-identity": {
      const { tenantId, clientId, tokenFile: tokenFilePath } = choice;
      return fresh(new WorkloadIdentityCredential({ ...common, tenantId, clientId, tokenFilePath }));
    }
    case "device-code": {
      const userPromptCallback = ({ message }: { message: string }) => prompt(message);
      return known(() =>
        signInOnce((own) => new DeviceCodeCredential({ ...common, ...person(choice), ...own, userPromptCallback })),
      );
    }
    case "browser":
      // MSAL waits for ever, also where no window opens.
      return known(() =>
        signInOnce(
          (own) => new InteractiveBrowserCredential({ ...common, ...person(choice), ...own }),
          () => prompt("Sign in in the browser window that opens. Where none does, stop this and use --auth device-code."),
        ),
      );
    case "azure-cli":
      return { credential: new AzureCliCredential(choice.tenantId ? { tenantId: choice.tenantId } : {}), claims: "challenge" };
    case "managed-identity":
      return {
        credential: watch(
          choice.clientId
            ? new ManagedIdentityCredential({ clientId: choice.clientId, ...network })
            : new ManagedIdentityCredential(network),
        ),
        claims: "never",
      };
    case "default":
      // On a laptop that is mostly the Azure CLI.
      return { credential: watch(new DefaultAzureCredential(network)), claims: "challenge" };
  }
}

/** Without an application of their own, people sign in to that of the Azure SDK. */
function person({ tenantId, clientId }: { tenantId?: string; clientId?: string }): { tenantId?: string; clientId?: string } {
  return { ...(tenantId ? { tenantId } : {}), ...(clientId ? { clientId } : {}) };
}
