import { generateKeyPairSync } from "node:crypto";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import jwt from "jsonwebtoken";
import { type Simulator, type SimulatorOptions, startSimulator } from "../../simulator";
import { type Certificate, makeCertificate, toPfx } from "../auth/certificate-authority";

export const FEDERATED = {
  issuer: "https://cluster.example/oidc",
  subject: "system:serviceaccount:reports:groups-report",
  audience: "api://AzureADTokenExchange",
};
export const PFX_PASSWORD = "pfx-p4ssword-9f31";

/** The simulator over https, under a test certificate authority, and every way in which its application can prove itself. */
export interface SecureSimulator {
  simulator: Simulator;
  /** Tests' own files: certificates, assertions, stand-ins of programs. */
  folder: string;
  file: (name: string, content: string | Buffer, mode?: number) => string;
  authority: Certificate;
  /** Registered with the application. */
  certificate: Certificate;
  /** An assertion of the federated issuer; claims may be spoilt. */
  assertion: (claims?: Record<string, unknown>) => string;
  /** What every command needs: where Graph and Entra are, and whom to trust. */
  environment: Record<string, string>;
  /** The same with the application's ids. */
  application: Record<string, string>;
  /** Variables by kind of credential, beside `environment`. */
  kinds: Record<string, Record<string, string>>;
  close: () => Promise<void>;
}

export async function startSecureSimulator(options: SimulatorOptions = {}): Promise<SecureSimulator> {
  const folder = mkdtempSync(path.join(tmpdir(), "secure-simulator-"));
  const file = (name: string, content: string | Buffer, mode = 0o600) => {
    const place = path.join(folder, name);
    writeFileSync(place, content);
    chmodSync(place, mode);
    return place;
  };
  const authority = makeCertificate("Test authority");
  const server = makeCertificate("127.0.0.1", authority);
  const certificate = makeCertificate("groups-report");
  const issuer = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const simulator = await startSimulator({
    ...options,
    tls: { key: server.key, cert: server.cert },
    trust: {
      certificates: [certificate.cert],
      federated: [{ ...FEDERATED, publicKey: issuer.publicKey.export({ type: "spki", format: "pem" }).toString() }],
    },
  });
  const assertion = (claims: Record<string, unknown> = {}) => {
    const now = Math.floor(Date.now() / 1000);
    const { issuer: iss, subject: sub, audience: aud } = FEDERATED;
    const payload = { iss, sub, aud, iat: now, nbf: now - 5, exp: now + 600, ...claims };
    return jwt.sign(payload, issuer.privateKey, { algorithm: "RS256", keyid: "1" });
  };
  const { tenantId, clientId, clientSecret } = simulator.credentials;
  const environment = {
    GRAPH_ENDPOINT: simulator.graphEndpoint,
    AZURE_AUTHORITY_HOST: simulator.authorityHost,
    NODE_EXTRA_CA_CERTS: file("authority.pem", authority.cert),
  };
  const application = { ...environment, AZURE_TENANT_ID: tenantId, AZURE_CLIENT_ID: clientId };
  const pfx = file("certificate.pfx", toPfx(certificate, PFX_PASSWORD));
  file(`${certificate.thumbprint}.p12`, toPfx(certificate, ""));
  return {
    simulator,
    folder,
    file,
    authority,
    certificate,
    assertion,
    environment,
    application,
    kinds: {
      "client-secret": { ...application, AZURE_CLIENT_SECRET: clientSecret },
      "certificate (PEM)": {
        ...application,
        AZURE_CLIENT_CERTIFICATE_PATH: file("certificate.pem", certificate.key + certificate.cert),
      },
      "certificate (PFX)": {
        ...application,
        AZURE_CLIENT_CERTIFICATE_PATH: pfx,
        AZURE_CLIENT_CERTIFICATE_PASSWORD: PFX_PASSWORD,
      },
      "certificate (thumbprint)": {
        ...application,
        AZURE_CLIENT_CERTIFICATE_THUMBPRINT: certificate.thumbprint,
        AZURE_CLIENT_CERTIFICATE_FOLDER: folder,
      },
      "workload-identity": { ...application, AZURE_FEDERATED_TOKEN_FILE: file("federated-token", assertion()) },
    },
    close: async () => {
      await simulator.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Stands for the Azure CLI: asks Entra itself, and prints what `az account get-access-token` prints. */
export function azureCli({ simulator, file, folder }: SecureSimulator): Record<string, string> {
  const { tenantId, clientId, clientSecret } = simulator.credentials;
  const body = new URLSearchParams({
    grant_type: "client_credentials",
    client_id: clientId,
    client_secret: clientSecret,
    scope: "https://graph.microsoft.com/.default",
  });
  file(
    "az",
    `#!${process.execPath}
const [, , ...args] = process.argv;
if (args.slice(0, 2).join(" ") !== "account get-access-token" || !args.includes("https://graph.microsoft.com")) process.exit(2);
if (process.env.AZ_SAYS) { process.stderr.write(process.env.AZ_SAYS); process.exit(1); }
fetch(${JSON.stringify(`${simulator.authorityHost}/${tenantId}/oauth2/v2.0/token`)}, { method: "POST", body: new URLSearchParams(${JSON.stringify(body.toString())}) })
  .then((answer) => answer.json())
  .then(({ access_token: accessToken, expires_in }) => console.log(JSON.stringify({ accessToken, expires_on: Math.floor(Date.now() / 1000) + expires_in, tokenType: "Bearer" })));
`,
    0o700,
  );
  return { PATH: `${folder}:${process.env["PATH"] ?? ""}` };
}
