// Reads {issuer, secret, username, password} from standard input: oauth4webapi signs somebody in. Its one argument is the folder that has it.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";

const oauth = await import(pathToFileURL(createRequire(`${process.argv[2]}/`).resolve("oauth4webapi")));
const { issuer, secret, username, password } = JSON.parse(readFileSync(0, "utf8"));
const insecure = { [oauth.allowInsecureRequests]: true };

const response = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oidc", ...insecure });
const server = await oauth.processDiscoveryResponse(new URL(issuer), response);
for (const [client_id, auth, callback] of [
  ["shop", oauth.ClientSecretBasic(secret), "https://shop.test/callback"],
  ["pages", oauth.None(), "https://pages.test/callback"],
]) {
  const client = { client_id };
  const verifier = oauth.generateRandomCodeVerifier();
  const [state, nonce] = [oauth.generateRandomState(), oauth.generateRandomNonce()];
  const url = new URL(server.authorization_endpoint);
  url.search = new URLSearchParams({
    client_id, redirect_uri: callback, response_type: "code", scope: "openid email", state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  });
  const answered = await new Browser().until(callback, url.href, { username, password, decision: "allow" });
  const params = oauth.validateAuthResponse(server, client, answered, state);
  const granted = await oauth.authorizationCodeGrantRequest(server, client, auth, params, callback, verifier, insecure);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, granted, { expectedNonce: nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(server, granted, insecure);
  const { sub } = oauth.getValidatedIdTokenClaims(tokens);
  const info = await oauth.processUserInfoResponse(
    server, client, sub, await oauth.userInfoRequest(server, client, tokens.access_token, insecure));
  assert.deepEqual([info.sub, info.email, info.email_verified], [sub, `${username}@example.com`, true]);
  console.log(`verified ${client_id}`);
}
