// Verifies tokens as a resource server in JavaScript would, with jose. Cases come as JSON on standard input.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/");
const { calculateJwkThumbprint, compactDecrypt, createRemoteJWKSet, importJWK, jwtVerify } = await import(pathToFileURL(require.resolve("jose")));

for (const { token, issuer, audience, algorithm, encryptionKey, typ = "at+jwt" } of JSON.parse(readFileSync(0, "utf8"))) {
  let signed = token;
  if (encryptionKey) {
    // A shared key in hexadecimal, or the private JSON Web Key of whoever reads the tokens.
    const shared = () => ({ kty: "oct", k: Buffer.from(encryptionKey, "hex").toString("base64url"), alg: "dir" });
    const jwk = typeof encryptionKey === "string" ? shared() : encryptionKey;
    const key = jwk.kty === "oct" ? Buffer.from(jwk.k, "base64url") : await importJWK(jwk, jwk.alg);
    const { plaintext, protectedHeader } = await compactDecrypt(token, key);
    if (protectedHeader.kid !== await calculateJwkThumbprint(jwk)) throw new Error("an encrypted token names its key");
    if (protectedHeader.alg !== jwk.alg) throw new Error("another algorithm than " + jwk.alg);
    if (protectedHeader.cty !== "JWT") throw new Error("an encrypted token says that a JWT is inside");
    signed = new TextDecoder().decode(plaintext);
  }
  const keys = createRemoteJWKSet(new URL(issuer + "/.well-known/jwks.json"));
  const expected = { issuer, audience, typ, algorithms: [algorithm] };
  const { payload } = await jwtVerify(signed, keys, expected);
  if (!payload.sid.startsWith("ses_")) throw new Error("no session");
  for (const wrong of [{ issuer: "https://other.example" }, { audience: "other" }, { typ: typ === "JWT" ? "at+jwt" : "JWT" }]) {
    const taken = await jwtVerify(signed, keys, { ...expected, ...wrong }).then(() => true, () => false);
    if (taken) throw new Error("taken for " + JSON.stringify(wrong));
  }
  console.log("verified", algorithm, encryptionKey ? "encrypted" : "");
}
