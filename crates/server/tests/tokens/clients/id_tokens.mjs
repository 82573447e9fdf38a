// Verifies ID and logout tokens as an application in JavaScript would, with jose. Cases come as JSON on standard input.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const require = createRequire(process.argv[2] + "/");
const { createLocalJWKSet, jwtVerify } = await import(pathToFileURL(require.resolve("jose")));

for (const { id, logout, accessToken, keys, issuer, audience, algorithm, at } of JSON.parse(readFileSync(0, "utf8"))) {
  const found = createLocalJWKSet({ keys });
  const expected = { issuer, audience, algorithms: [algorithm], currentDate: new Date(at * 1000) };
  const { payload } = await jwtVerify(id, found, { ...expected, typ: "JWT", requiredClaims: ["sub", "sid", "auth_time", "nonce", "amr"] });
  const hash = createHash(algorithm === "EdDSA" ? "sha512" : "sha256").update(accessToken).digest();
  if (payload.at_hash !== hash.subarray(0, hash.length / 2).toString("base64url")) throw new Error("another at_hash than the token's");
  const over = await jwtVerify(logout, found, { ...expected, typ: "logout+jwt", requiredClaims: ["jti", "sid", "sub", "iat", "exp"] });
  if (!over.payload.events["http://schemas.openid.net/event/backchannel-logout"]) throw new Error("no such event");
  if ("nonce" in over.payload) throw new Error("a logout token has no nonce");
  const misnamed = [[id, "logout+jwt"], [id, "at+jwt"], [logout, "JWT"], [logout, "at+jwt"]];
  for (const [token, typ] of misnamed) {
    const taken = await jwtVerify(token, found, { ...expected, typ }).then(() => true, () => false);
    if (taken) throw new Error("taken for " + typ);
  }
  console.log("verified", algorithm);
}
