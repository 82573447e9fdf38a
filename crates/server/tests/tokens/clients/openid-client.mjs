// Reads {issuer, secret, username, password} from standard input: the certified openid-client signs somebody in. Its one argument is the folder
// that has it.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { Browser } from "./browser.mjs";

const oidc = await import(pathToFileURL(createRequire(`${process.argv[2]}/`).resolve("openid-client")));
const { issuer, secret, username, password } = JSON.parse(readFileSync(0, "utf8"));
const insecure = { execute: [oidc.allowInsecureRequests] };
const filledIn = { username, password, decision: "allow" };

for (const [client_id, auth, callback] of [
  ["shop", oidc.ClientSecretBasic(secret), "https://shop.test/callback"],
  ["shop", oidc.ClientSecretPost(secret), "https://shop.test/callback"],
  ["pages", oidc.None(), "https://pages.test/callback"],
]) {
  const config = await oidc.discovery(new URL(issuer), client_id, { client_id }, auth, insecure);
  const browser = new Browser();
  const verifier = oidc.randomPKCECodeVerifier();
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const asked = {
    redirect_uri: callback, scope: "openid profile email offline_access", state, nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
  };
  const answered = await browser.until(callback, oidc.buildAuthorizationUrl(config, asked).href, filledIn);
  const checks = { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true, maxAge: 60 };
  const tokens = await oidc.authorizationCodeGrant(config, answered, checks);
  const claims = tokens.claims();
  assert.equal(claims.preferred_username, username);
  const info = await oidc.fetchUserInfo(config, tokens.access_token, claims.sub);
  assert.equal(info.email, `${username}@example.com`);
  const next = await oidc.refreshTokenGrant(config, tokens.refresh_token);
  assert.notEqual(next.access_token, tokens.access_token);
  assert.equal((await oidc.fetchUserInfo(config, next.access_token, claims.sub)).sub, claims.sub);
  await assert.rejects(oidc.authorizationCodeGrant(config, answered, checks), "a code is good for once");

  // The browser is signed in, and has said yes: nobody is asked anything.
  const silent = { ...asked, prompt: "none", nonce: oidc.randomNonce() };
  const again = await browser.until(callback, oidc.buildAuthorizationUrl(config, silent).href, {});
  const second = await oidc.authorizationCodeGrant(config, again, { ...checks, expectedNonce: silent.nonce });
  assert.equal(second.claims().sid, claims.sid);

  // What it hands over beforehand needs a name alone.
  const pushed = { ...silent, nonce: oidc.randomNonce() };
  const byName = await oidc.buildAuthorizationUrlWithPAR(config, pushed);
  assert.deepEqual([...byName.searchParams.keys()].sort(), ["client_id", "request_uri"]);
  const third = await oidc.authorizationCodeGrant(
    config, await browser.until(callback, byName.href, {}), { ...checks, expectedNonce: pushed.nonce });
  assert.equal(third.claims().sid, claims.sid);

  const nobody = await new Browser().until(callback, oidc.buildAuthorizationUrl(config, silent).href, {});
  await assert.rejects(oidc.authorizationCodeGrant(config, nobody, { ...checks, expectedNonce: silent.nonce }), { error: "login_required" });
  console.log(`verified ${client_id}`);
}
