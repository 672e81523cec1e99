import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import forge from "node-forge";
import { oneLine, ReportError } from "../model/errors";
import type { CertificatePlace } from "../settings/choose-auth";

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;
const KEY = /-----BEGIN (?:RSA |ENCRYPTED )?PRIVATE KEY-----[\s\S]*?-----END [A-Z ]+-----/;

/**
 * The certificate with its private key as PEM, the key's own certificate before its chain, which is all that @azure/identity takes; a PFX (PKCS #12) is unpacked here.
 * Read anew for each new credential, so that a renewed file counts.
 * @throws ReportError setting-invalid, naming the file and what is wrong with it; never its content or its password.
 */
export function readCertificate(place: CertificatePlace): string {
  return "path" in place ? readFile(place.path, place.password) : readByThumbprint(place.thumbprint, place.folder);
}

function readFile(file: string, password?: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw wrong(file, missing ? "there is no such file" : "it can't be read", error);
  }
  const text = bytes.toString("latin1");
  if (!text.includes("-----BEGIN ")) return unpack(file, text, password);
  const certificates = text.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) throw wrong(file, "it holds no certificate");
  return ownFirst(file, openKey(file, KEY.exec(text)?.[0], password), certificates);
}

function openKey(file: string, pem: string | undefined, password?: string): KeyObject {
  const isEncrypted = /ENCRYPTED/.test(pem ?? "");
  if (isEncrypted && password === undefined) throw wrong(file, "its key is encrypted: set AZURE_CLIENT_CERTIFICATE_PASSWORD");
  let key: KeyObject | undefined;
  try {
    key = pem === undefined ? undefined : createPrivateKey({ key: pem, passphrase: password });
  } catch (error) {
    throw wrong(file, `its key can't be read${isEncrypted ? " with AZURE_CLIENT_CERTIFICATE_PASSWORD" : ""}`, error);
  }
  if (key?.asymmetricKeyType !== "rsa") throw wrong(file, "it holds no RSA private key");
  return key;
}

/** Files hold a chain in any order; @azure/identity takes the first certificate for the key's own. */
function ownFirst(file: string, key: KeyObject, certificates: string[]): string {
  const own = certificates.find((pem) => belongs(file, pem, key));
  if (own === undefined) throw wrong(file, "it holds no certificate for its key");
  const pem = key.export({ type: "pkcs8", format: "pem" }).toString().trimEnd();
  return `${[pem, own, ...certificates.filter((other) => other !== own)].join("\n")}\n`;
}

function belongs(file: string, pem: string, key: KeyObject): boolean {
  try {
    return new X509Certificate(pem).checkPrivateKey(key);
  } catch (error) {
    throw wrong(file, "one of its certificates can't be read", error);
  }
}

/** PKCS #12 to PEM. */
function unpack(file: string, bytes: string, password = ""): string {
  let store: forge.pkcs12.Pkcs12Pfx;
  try {
    store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes), password);
  } catch (error) {
    const isPassword = /password|MAC/i.test(oneLine(error));
    // The two ciphers of PKCS #12 want such a password encoded in two ways, of which node-forge knows one.
    const isPlain = /^[\x20-\x7e]*$/.test(password);
    const why = isPassword
      ? "its password is wrong: set AZURE_CLIENT_CERTIFICATE_PASSWORD (App Service's own files have none)"
      : isPlain
        ? "it is neither PEM nor PFX"
        : "it is neither PEM nor PFX, or its password has more than ASCII letters, digits and signs: give it another";
    throw wrong(file, why, error);
  }
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids as Record<string, string>;
  const bags = (type: string | undefined) => store.getBags({ bagType: type as string })[type as string] ?? [];
  const key = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)].find((bag) => bag.key)?.key as forge.pki.rsa.PrivateKey | undefined;
  if (!key) throw wrong(file, "it holds no RSA private key");
  const certificates = bags(certBag).flatMap(({ cert }) => (cert ? [forge.pki.certificateToPem(cert).trimEnd()] : []));
  return ownFirst(file, createPrivateKey(forge.pki.privateKeyToPem(key)), certificates);
}

/** Named by its thumbprint, as App Service does, or found among the folder's files by what they hold. */
function readByThumbprint(thumbprint: string, folder: string): string {
  let names: string[];
  try {
    names = readdirSync(folder).filter((name) => /\.(p12|pfx|pem)$/i.test(name));
  } catch (error) {
    throw wrong(folder, "the folder can't be read; on App Service set WEBSITE_LOAD_CERTIFICATES to the thumbprint", error);
  }
  const named = names.filter((name) => path.parse(name).name.toUpperCase() === thumbprint);
  for (const name of [...named, ...names.filter((other) => !named.includes(other))]) {
    let pem: string;
    try {
      pem = readFile(path.join(folder, name));
    } catch (error) {
      if (named.includes(name)) throw error;
      continue;
    }
    const { fingerprint, fingerprint256 } = new X509Certificate(pem.match(CERTIFICATE)?.[0] ?? "");
    if ([fingerprint, fingerprint256].some((print) => print.replaceAll(":", "") === thumbprint)) return pem;
  }
  throw wrong(folder, `none of its ${names.length} certificates has the thumbprint ${thumbprint}`);
}

function wrong(file: string, why: string, cause?: unknown): ReportError {
  return new ReportError(
    "setting-invalid",
    `The certificate ${file} can't be used: ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
