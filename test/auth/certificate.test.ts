import { createPrivateKey, generateKeyPairSync, X509Certificate } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { readCertificate } from "../../src/auth/certificate";
import { makeCertificate, toEncryptedPem, toPfx } from "./certificate-authority";
import { refusal } from "../settings/refused-setting";

const authority = makeCertificate("Test authority");
const own = makeCertificate("groups-report", authority);
const other = makeCertificate("other", authority);
const ELLIPTIC = generateKeyPairSync("ec", { namedCurve: "P-256" })
  .privateKey.export({ type: "pkcs8", format: "pem" })
  .toString();
const PASSWORD = "p4ss w0rd!";

let folder: string;
beforeAll(() => (folder = mkdtempSync(path.join(tmpdir(), "certificates-"))));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Buffer): string {
  const place = path.join(folder, name);
  writeFileSync(place, content);
  return place;
}

/** The PEM holds the certificate first, and the private key that belongs to it. */
function expectOwn(pem: string, expected = own): void {
  const certificate = new X509Certificate(pem.slice(pem.indexOf("-----BEGIN CERTIFICATE")));
  expect(certificate.fingerprint256.replaceAll(":", "")).toBe(expected.sha256);
  expect(certificate.checkPrivateKey(createPrivateKey(pem))).toBe(true);
}

test("of a PEM the key's own certificate comes first, its chain after it, in whatever order they stand in the file", () => {
  for (const text of [own.key + own.cert, authority.cert + own.cert + own.key, own.key + authority.cert + own.cert])
    expectOwn(readCertificate({ path: file("plain.pem", text.replaceAll("\n", "\r\n")) }));
  const pem = readCertificate({ path: file("chain.pem", own.key + authority.cert + own.cert) });
  expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

test("a PEM with an encrypted key is opened with its password", () => {
  const place = file("encrypted.pem", toEncryptedPem(own, PASSWORD));
  expectOwn(readCertificate({ path: place, password: PASSWORD }));
  expect(refusal(() => readCertificate({ path: place }))).toBe(
    `The certificate ${place} can't be used: its key is encrypted: set AZURE_CLIENT_CERTIFICATE_PASSWORD.`,
  );
  expect(refusal(() => readCertificate({ path: place, password: "wrong" }))).toMatch(
    /its key can't be read with AZURE_CLIENT_CERTIFICATE_PASSWORD\.$/,
  );
});

test("of a PFX the key's own certificate comes first, its chain after it", () => {
  const pem = readCertificate({ path: file("chain.pfx", toPfx(own, PASSWORD, [authority])), password: PASSWORD });
  expectOwn(pem);
  expect(pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

test("a PFX with a wrong password is told as that, without the password", () => {
  const place = file("locked.pfx", toPfx(own, PASSWORD));
  for (const password of ["wrong-one", undefined]) {
    const said = refusal(() => readCertificate({ path: place, ...(password === undefined ? {} : { password }) }));
    expect(said).toMatch(/its password is wrong: set AZURE_CLIENT_CERTIFICATE_PASSWORD/);
    expect(said).not.toContain("wrong-one");
  }
});

test("keys that are encrypted as OpenSSL does it are opened too: PKCS #8, the traditional form", () => {
  for (const type of ["pkcs8", "pkcs1"] as const) {
    const key = createPrivateKey(own.key).export({ type, format: "pem", cipher: "aes-256-cbc", passphrase: PASSWORD });
    expectOwn(readCertificate({ path: file(`${type}.pem`, key + own.cert), password: PASSWORD }));
  }
});

test("a password beyond ASCII, of which a PFX may want another encoding, is named as a possible reason", () => {
  const said = refusal(() => readCertificate({ path: file("umlaut.pfx", "hello"), password: "pässwörd" }));
  expect(said).toMatch(/neither PEM nor PFX, or its password has more than ASCII letters/);
  expect(said).not.toContain("pässwörd");
});

test.each([
  ["a file that is not there", undefined, /there is no such file\.$/],
  ["a certificate without its key", own.cert, /it holds no RSA private key\.$/],
  ["a key without its certificate", own.key, /it holds no certificate\.$/],
  ["a certificate of another key", own.key + other.cert, /it holds no certificate for its key\.$/],
  ["a certificate that is damaged", own.key + own.cert.replace(/\n.{20}/, "\n!"), /one of its certificates can't be read\.$/],
  ["a key that is damaged", own.key.replace(/\n.{20}/, "\n!") + own.cert, /its key can't be read\.$/],
  ["a key for elliptic curves", ELLIPTIC + own.cert, /it holds no RSA private key\.$/],
  ["something else", "hello", /it is neither PEM nor PFX\.$/],
  ["nothing", "", /it is neither PEM nor PFX\.$/],
])("%s is refused in one line", (name, content, said) => {
  const place = content === undefined ? path.join(folder, "missing.pem") : file(`${name.replaceAll(" ", "-")}.pem`, content);
  const message = refusal(() => readCertificate({ path: place }));
  expect(message).toMatch(said);
  expect(message).toContain(place);
  expect(message).not.toMatch(/\n|PRIVATE KEY-----/);
});

describe("by thumbprint", () => {
  test("App Service's file is found by its name, and has no password", () => {
    const store = mkdtempSync(path.join(folder, "private-"));
    writeFileSync(path.join(store, `${own.thumbprint}.p12`), toPfx(own, ""));
    writeFileSync(path.join(store, `${other.thumbprint}.p12`), toPfx(other, ""));
    expectOwn(readCertificate({ thumbprint: own.thumbprint, folder: store }));
    expectOwn(readCertificate({ thumbprint: other.thumbprint, folder: store }), other);
  });

  test("in a folder of one's own it is found by what the files hold, by SHA-1 or SHA-256", () => {
    const store = mkdtempSync(path.join(folder, "own-"));
    writeFileSync(path.join(store, "a.pem"), other.key + other.cert);
    writeFileSync(path.join(store, "b.pem"), own.key + own.cert);
    writeFileSync(path.join(store, "broken.pfx"), "not a certificate");
    writeFileSync(path.join(store, "damaged.pem"), own.key + own.cert.replace(/\n.{20}/, "\n!"));
    writeFileSync(path.join(store, "a-renewed.pem"), other.key + authority.cert + other.cert);
    writeFileSync(path.join(store, "readme.txt"), "hello");
    for (const thumbprint of [own.thumbprint, own.sha256]) expectOwn(readCertificate({ thumbprint, folder: store }));
  });

  test("one that is not there is named, with the folder", () => {
    const store = mkdtempSync(path.join(folder, "none-"));
    writeFileSync(path.join(store, "a.pem"), other.key + other.cert);
    const said = `The certificate ${store} can't be used: none of its 1 certificates has the thumbprint ${own.thumbprint}.`;
    expect(refusal(() => readCertificate({ thumbprint: own.thumbprint, folder: store }))).toBe(said);
  });

  test("a file that another was renamed to is not taken for it", () => {
    const store = mkdtempSync(path.join(folder, "renamed-"));
    writeFileSync(path.join(store, `${own.thumbprint}.p12`), toPfx(other, ""));
    expect(refusal(() => readCertificate({ thumbprint: own.thumbprint, folder: store }))).toMatch(/none of its 1 certificates/);
  });

  test("a folder that is not there says what App Service wants", () => {
    expect(refusal(() => readCertificate({ thumbprint: own.thumbprint, folder: path.join(folder, "absent") }))).toMatch(
      /the folder can't be read; on App Service set WEBSITE_LOAD_CERTIFICATES/,
    );
  });
});
