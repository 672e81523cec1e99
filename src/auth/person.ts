import type {
  DeviceCodeCredential,
  DeviceCodeCredentialOptions,
  InteractiveBrowserCredential,
  TokenCredential,
} from "@azure/identity";

/** What the credential of a person must be made with. */
export type PersonOptions = Required<Pick<DeviceCodeCredentialOptions, "disableAutomaticAuthentication" | "additionalPolicies">>;
type Policy = PersonOptions["additionalPolicies"][number]["policy"];

/**
 * A person is asked to sign in at first, and again only where Entra itself wants it. @azure/identity would ask after every
 * renewal that fails, for whatever reason: a token service that is down for a minute would stop a run until somebody looks.
 * @param announce called before each sign-in.
 */
export function signInOnce(
  make: (options: PersonOptions) => DeviceCodeCredential | InteractiveBrowserCredential,
  announce: () => void = () => undefined,
): TokenCredential {
  let hasSignedIn = false;
  /** For all who wait for it, whatever resource they want: Graph, and a storage account that is named. */
  let signingIn: Promise<void> | undefined;
  /** Why the last request had no answer of Entra's; kept until one has, since MSAL asks nothing for a minute after a 5xx. */
  let silence: Error | undefined;
  const watch: Policy = {
    name: "watchForSilence",
    sendRequest: async (request, next) => {
      // Requests for metadata say nothing of tokens.
      if (request.method !== "POST") return next(request);
      // What is thrown holds the request, with the refresh token: it is not kept.
      silence = new Error("network error: the token service did not answer");
      const response = await next(request);
      if (response.status !== 429 && response.status < 500) silence = undefined;
      return response;
    },
  };
  const credential = make({
    disableAutomaticAuthentication: true,
    additionalPolicies: [{ policy: watch, position: "perCall" }],
  });
  async function signIn(...wanted: Parameters<TokenCredential["getToken"]>): Promise<void> {
    announce();
    await credential.authenticate(...wanted);
    hasSignedIn = true;
  }
  return {
    getToken: async (scopes, options) => {
      try {
        return await credential.getToken(scopes, options);
      } catch (error) {
        if ((error as Error).name !== "AuthenticationRequiredError") throw error;
        if (hasSignedIn && silence !== undefined) throw silence;
      }
      signingIn ??= signIn(scopes, options).finally(() => (signingIn = undefined));
      await signingIn;
      return credential.getToken(scopes, options);
    },
  };
}
