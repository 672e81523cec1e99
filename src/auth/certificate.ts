import { X509Certificate } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import forge from "node-forge";
import { oneLine, ReportError } from "../errors";
import type { CertificatePlace } from "./choose-auth";

/**
 * The certificate with its private key as PEM, which is all that @azure/identity takes; a PFX (PKCS #12) is unpacked here.
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
  return text.includes("-----BEGIN ") ? checkPem(file, text, password) : unpack(file, text, password);
}

function checkPem(file: string, text: string, password?: string): string {
  if (!text.includes("-----BEGIN CERTIFICATE-----")) throw wrong(file, "it holds no certificate");
  if (!/-----BEGIN (RSA |ENCRYPTED )?PRIVATE KEY-----/.test(text)) throw wrong(file, "it holds no RSA private key");
  if (!/ENCRYPTED/.test(text)) return text;
  if (password === undefined) throw wrong(file, "its key is encrypted: set AZURE_CLIENT_CERTIFICATE_PASSWORD");
  const key = forge.pki.decryptRsaPrivateKey(
    /-----BEGIN (?:RSA |ENCRYPTED )?PRIVATE KEY-----[\s\S]*?-----END [A-Z ]+-----/.exec(text)?.[0] ?? "",
    password,
  );
  if (!key) throw wrong(file, "its key can't be read with AZURE_CLIENT_CERTIFICATE_PASSWORD");
  return [
    forge.pki.privateKeyToPem(key),
    ...(text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? []),
  ].join("\n");
}

/** PKCS #12 to PEM: the key, its own certificate, then the others as the chain. */
function unpack(file: string, bytes: string, password = ""): string {
  let store: forge.pkcs12.Pkcs12Pfx;
  try {
    store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes), password);
  } catch (error) {
    const isPassword = /password|MAC/i.test(oneLine(error));
    const why = isPassword
      ? "its password is wrong: set AZURE_CLIENT_CERTIFICATE_PASSWORD (App Service's own files have none)"
      : "it is neither PEM nor PFX";
    throw wrong(file, why, error);
  }
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids as Record<string, string>;
  const bags = (type: string | undefined) => store.getBags({ bagType: type as string })[type as string] ?? [];
  const key = [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)].find((bag) => bag.key)?.key as forge.pki.rsa.PrivateKey | undefined;
  if (!key) throw wrong(file, "it holds no RSA private key");
  const certificates = bags(certBag).flatMap(({ cert }) => (cert ? [cert] : []));
  const own = certificates.find(({ publicKey }) => (publicKey as forge.pki.rsa.PublicKey).n.equals(key.n));
  if (!own) throw wrong(file, "it holds no certificate for its key");
  const chain = certificates.filter((certificate) => certificate !== own);
  return [forge.pki.privateKeyToPem(key), ...[own, ...chain].map((certificate) => forge.pki.certificateToPem(certificate))].join(
    "",
  );
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
    const { fingerprint, fingerprint256 } = new X509Certificate(ownCertificate(pem));
    if ([fingerprint, fingerprint256].some((print) => print.replaceAll(":", "") === thumbprint)) return pem;
  }
  throw wrong(folder, `none of its ${names.length} certificates has the thumbprint ${thumbprint}`);
}

const ownCertificate = (pem: string) => /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/.exec(pem)?.[0] ?? "";

function wrong(file: string, why: string, cause?: unknown): ReportError {
  return new ReportError(
    "setting-invalid",
    `The certificate ${file} can't be used: ${why}.`,
    cause === undefined ? {} : { cause },
  );
}
