import { X509Certificate } from "node:crypto";
import jwt from "jsonwebtoken";
import type { World } from "../world";

/** A federated credential of the application: whose assertions it takes. */
export interface FederatedCredential {
  issuer: string;
  subject: string;
  audience: string;
  /** PEM. */
  publicKey: string;
}

/** How the application proves itself besides its secret. */
export interface Trust {
  /** Certificates that are registered with it, as PEM. */
  certificates: string[];
  federated: FederatedCredential[];
}

/** Entra's number and words for an assertion that it does not take; undefined for one that it takes. */
export type AssertionProblem = { code: number; message: string };

const LONGEST_CERTIFICATE_ASSERTION_SECONDS = 86_400;

/** Signature, claims and times. */
export function assertionProblem(world: World, assertion: string, tokenEndpoint: string): AssertionProblem | undefined {
  const decoded = jwt.decode(assertion, { complete: true });
  if (!decoded || typeof decoded.payload === "string") return { code: 50027, message: "JWT token is invalid or malformed." };
  const { header, payload } = decoded;
  const isSelfSigned = payload.iss === world.credentials.clientId;
  const problem = isSelfSigned
    ? certificateProblem(world, assertion, header, payload, tokenEndpoint)
    : federatedProblem(world, assertion, payload);
  if (!problem) world.assertions.push({ header, payload });
  return problem;
}

function certificateProblem(
  world: World,
  assertion: string,
  header: jwt.JwtHeader,
  payload: jwt.JwtPayload,
  tokenEndpoint: string,
): AssertionProblem | undefined {
  const wanted = (header as { "x5t#S256"?: string })["x5t#S256"] ?? header.x5t ?? "";
  const certificate = world.trust.certificates.find((pem) => thumbprints(pem).includes(wanted));
  if (!certificate)
    return {
      code: 700027,
      message: `The certificate with identifier used to sign the client assertion is not registered on application. [Reason - The key was not found., Thumbprint of key used by client: '${wanted}']`,
    };
  const { clientId } = world.credentials;
  if (payload.sub !== clientId || payload.aud !== tokenEndpoint)
    return { code: 700023, message: "Client assertion audience claim does not match Realm issuer." };
  if (
    typeof payload.exp !== "number" ||
    typeof payload.nbf !== "number" ||
    payload.exp - payload.nbf > LONGEST_CERTIFICATE_ASSERTION_SECONDS
  )
    return { code: 700024, message: "Client assertion is not within its valid time range." };
  // MSAL sends the same assertion again while it is good, and Entra takes it.
  if (!payload.jti) return { code: 700025, message: "Client assertion has no id." };
  return signatureProblem(world, assertion, certificate, ["PS256", "RS256"]);
}

function federatedProblem(world: World, assertion: string, payload: jwt.JwtPayload): AssertionProblem | undefined {
  const byIssuer = world.trust.federated.filter(({ issuer }) => issuer === payload.iss);
  if (byIssuer.length === 0)
    return {
      code: 700211,
      message: `No matching federated identity record found for presented assertion issuer '${payload.iss}'.`,
    };
  const bySubject = byIssuer.filter(({ subject }) => subject === payload.sub);
  if (bySubject.length === 0)
    return {
      code: 700213,
      message: `No matching federated identity record found for presented assertion subject '${payload.sub}'.`,
    };
  const match = bySubject.find(({ audience }) => audience === payload.aud);
  if (!match)
    return {
      code: 700212,
      message: `No matching federated identity record found for presented assertion audience '${String(payload.aud)}'.`,
    };
  return signatureProblem(world, assertion, match.publicKey, ["RS256"]);
}

function signatureProblem(
  world: World,
  assertion: string,
  key: string,
  algorithms: jwt.Algorithm[],
): AssertionProblem | undefined {
  try {
    jwt.verify(assertion, key, { algorithms, clockTimestamp: Math.floor(world.clock() / 1000), clockTolerance: 300 });
    return undefined;
  } catch (error) {
    if (error instanceof jwt.TokenExpiredError || error instanceof jwt.NotBeforeError)
      return { code: 700024, message: "Client assertion is not within its valid time range." };
    return { code: 700027, message: "Client assertion failed signature validation." };
  }
}

/** SHA-1 (`x5t`) and SHA-256 (`x5t#S256`) as JWT headers write them. */
function thumbprints(pem: string): string[] {
  const { fingerprint, fingerprint256 } = new X509Certificate(pem);
  return [fingerprint, fingerprint256].map((print) => Buffer.from(print.replaceAll(":", ""), "hex").toString("base64url"));
}
