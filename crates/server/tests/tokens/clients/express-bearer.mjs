// Reads {issuer, secret, username, password} from standard input: a resource server by express-oauth2-jwt-bearer takes the access token of an
// application that was let in, and no other. Its one argument is the folder that has it.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { Browser } from "./browser.mjs";

const require = createRequire(`${process.argv[2]}/`);
const { auth, requiredScopes } = require("express-oauth2-jwt-bearer");
const express = require("express");
const { issuer, secret, username, password } = JSON.parse(readFileSync(0, "utf8"));

const app = express();
app.use(auth({ issuerBaseURL: issuer, audience: "cloakroom", tokenSigningAlg: "ES256", strict: true }));
app.get("/orders", requiredScopes("orders"), (request, response) => response.json({ sub: request.auth.payload.sub }));
app.get("/invoices", requiredScopes("invoices"), (_, response) => response.json({}));
app.use((error, _request, response, _next) => response.status(error.status ?? 500).end());
const listening = app.listen(0, "127.0.0.1");
await new Promise((resolve) => listening.once("listening", resolve));

const verifier = randomBytes(32).toString("base64url");
const callback = "https://shop.test/callback";
const asked = new URLSearchParams({
  client_id: "shop", redirect_uri: callback, response_type: "code", scope: "openid orders", state: "s",
  code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256",
});
const answered = await new Browser().until(callback, `${issuer}/oauth/authorize?${asked}`, { username, password, decision: "allow" });
const tokens = await (await fetch(`${issuer}/oauth/token`, {
  method: "POST",
  body: new URLSearchParams({
    grant_type: "authorization_code", code: answered.searchParams.get("code"), redirect_uri: callback, code_verifier: verifier,
    client_id: "shop", client_secret: secret,
  }),
})).json();
const status = async (path, token) => {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  return (await fetch(`http://127.0.0.1:${listening.address().port}${path}`, { headers })).status;
};
assert.equal(await status("/orders", tokens.access_token), 200);
assert.equal(await status("/invoices", tokens.access_token), 403);
assert.equal(await status("/orders", tokens.id_token), 401, "an ID token is no access token");
assert.equal(await status("/orders"), 401);
console.log("verified bearer");
listening.close();
