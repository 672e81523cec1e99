import type { AuthChoice } from "../../src/settings/choose-auth";
import type { Simulator, SimulatorOptions } from "../../simulator";
import { makeCertificate } from "../auth/certificate-authority";

/** Entra alone over https under a test certificate authority: Graph may stay on http, for the tests in this process. */
export function secureAuthority() {
  const authority = makeCertificate("Test authority");
  const server = makeCertificate("127.0.0.1", authority);
  const certificate = makeCertificate("groups-report");
  const options: SimulatorOptions = {
    authorityTls: { key: server.key, cert: server.cert },
    trust: { certificates: [certificate.cert] },
  };
  const application = ({ credentials, authorityHost }: Simulator) => ({
    tenantId: credentials.tenantId,
    clientId: credentials.clientId,
    authorityHost,
  });
  return {
    options,
    ca: authority.cert,
    certificate,
    bySecret: (simulator: Simulator): AuthChoice => ({
      kind: "client-secret",
      ...application(simulator),
      clientSecret: simulator.credentials.clientSecret,
    }),
    byCertificate: (simulator: Simulator, path: string): AuthChoice => ({
      kind: "certificate",
      ...application(simulator),
      certificate: { path },
      sendChain: false,
    }),
  };
}
