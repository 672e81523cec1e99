import { generateKeyPairSync, X509Certificate } from "node:crypto";
import forge from "node-forge";

export interface Certificate {
  /** PEM. */
  key: string;
  cert: string;
  /** Upper-case hex, as the portal shows it. */
  thumbprint: string;
  sha256: string;
}

function newKey(): string {
  // node-forge makes keys too, but takes seconds for it.
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return privateKey.export({ type: "pkcs1", format: "pem" }).toString();
}

/** A certificate for a name: signed by an issuer, else by itself, as a certificate authority. */
export function makeCertificate(name: string, issuer?: Certificate): Certificate {
  const key = newKey();
  const certificate = forge.pki.createCertificate();
  const privateKey = forge.pki.privateKeyFromPem(key);
  certificate.publicKey = forge.pki.setRsaPublicKey(privateKey.n, privateKey.e);
  certificate.serialNumber = `01${forge.util.bytesToHex(forge.random.getBytesSync(8))}`;
  certificate.validity.notBefore = new Date(Date.now() - 86_400_000);
  certificate.validity.notAfter = new Date(Date.now() + 40 * 86_400_000);
  const subject = [{ name: "commonName", value: name }];
  certificate.setSubject(subject);
  certificate.setIssuer(issuer ? forge.pki.certificateFromPem(issuer.cert).subject.attributes : subject);
  certificate.setExtensions(
    issuer
      ? [
          {
            name: "subjectAltName",
            altNames: [
              { type: 7, ip: "127.0.0.1" },
              { type: 2, value: "localhost" },
            ],
          },
        ]
      : [
          { name: "basicConstraints", cA: true },
          { name: "keyUsage", keyCertSign: true, digitalSignature: true },
        ],
  );
  certificate.sign(issuer ? forge.pki.privateKeyFromPem(issuer.key) : privateKey, forge.md.sha256.create());
  const cert = forge.pki.certificateToPem(certificate);
  const { fingerprint, fingerprint256 } = new X509Certificate(cert);
  return { key, cert, thumbprint: fingerprint.replaceAll(":", ""), sha256: fingerprint256.replaceAll(":", "") };
}

/** A PFX (PKCS #12) with the key, its certificate and a chain. */
export function toPfx({ key, cert }: Certificate, password: string, chain: Certificate[] = []): Buffer {
  const store = forge.pkcs12.toPkcs12Asn1(
    forge.pki.privateKeyFromPem(key),
    // The chain first: the key's own certificate is not simply the first one.
    [...chain.map((other) => other.cert), cert].map((pem) => forge.pki.certificateFromPem(pem)),
    password,
    { algorithm: "aes256" },
  );
  return Buffer.from(forge.asn1.toDer(store).getBytes(), "binary");
}

/** A PEM whose key is encrypted, as `openssl pkcs8 -topk8` writes it. */
export function toEncryptedPem({ key, cert }: Certificate, password: string): string {
  const info = forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(forge.pki.privateKeyFromPem(key)));
  const encrypted = forge.pki.encryptPrivateKeyInfo(info, password, { algorithm: "aes256" });
  return `${forge.pki.encryptedPrivateKeyToPem(encrypted)}${cert}`;
}
