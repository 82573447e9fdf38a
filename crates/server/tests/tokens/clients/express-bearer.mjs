// Reads {issuer, secret, username, password} from standard input: a resource server by express-oauth2-jwt-bearer takes the access token of an
// application that was let in, and no other; one that has a name of its own (RFC 8707) takes the tokens for itself alone. Its one argument is the
// folder that has it.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { Browser } from "./browser.mjs";

const require = createRequire(`${process.argv[2]}/`);
const { auth, requiredScopes } = require("express-oauth2-jwt-bearer");
const express = require("express");
const { issuer, secret, username, password } = JSON.parse(readFileSync(0, "utf8"));

const listening = [];
async function serving(audience) {
  const app = express();
  app.use(auth({ issuerBaseURL: issuer, audience, tokenSigningAlg: "ES256", strict: true }));
  app.get("/orders", requiredScopes("orders"), (request, response) => response.json({ sub: request.auth.payload.sub }));
  app.get("/invoices", requiredScopes("invoices"), (_, response) => response.json({}));
  app.use((error, _request, response, _next) => response.status(error.status ?? 500).end());
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  listening.push(server);
  return async (path, token) => {
    const headers = token ? { authorization: `Bearer ${token}` } : {};
    return (await fetch(`http://127.0.0.1:${server.address().port}${path}`, { headers })).status;
  };
}

const browser = new Browser();
const callback = "https://shop.test/callback";
const asToken = async (fields) => {
  const response = await fetch(`${issuer}/oauth/token`, { method: "POST", body: new URLSearchParams([...fields, ["client_id", "shop"], ["client_secret", secret]]) });
  assert.equal(response.status, 200);
  return response.json();
};
async function letIn(resources) {
  const verifier = randomBytes(32).toString("base64url");
  const asked = new URLSearchParams([
    ["client_id", "shop"], ["redirect_uri", callback], ["response_type", "code"], ["scope", "openid orders offline_access"], ["state", "s"],
    ["code_challenge", createHash("sha256").update(verifier).digest("base64url")], ["code_challenge_method", "S256"], ...resources,
  ]);
  const answered = await browser.until(callback, `${issuer}/oauth/authorize?${asked}`, { username, password, decision: "allow" });
  const code = answered.searchParams.get("code");
  return asToken([["grant_type", "authorization_code"], ["code", code], ["redirect_uri", callback], ["code_verifier", verifier]]);
}

const tokens = await letIn([]);
const status = await serving("cloakroom");
assert.equal(await status("/orders", tokens.access_token), 200);
assert.equal(await status("/invoices", tokens.access_token), 403);
assert.equal(await status("/orders", tokens.id_token), 401, "an ID token is no access token");
assert.equal(await status("/orders"), 401);
console.log("verified bearer");

const [orders, files] = [await serving("https://orders.test"), await serving("https://files.test")];
const both = await letIn([["resource", "https://orders.test"], ["resource", "https://files.test"]]);
const refreshed = await asToken([["grant_type", "refresh_token"], ["refresh_token", both.refresh_token], ["resource", "https://orders.test"]]);
for (const [token, expected] of [[tokens, [200, 401, 401]], [both, [401, 200, 200]], [refreshed, [401, 200, 401]]]) {
  const answers = [];
  for (const server of [status, orders, files]) answers.push(await server("/orders", token.access_token));
  assert.deepEqual(answers, expected);
}
console.log("verified resources");
for (const server of listening) server.close();
