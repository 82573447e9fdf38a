// Reads {issuer, logins, guids, key} from standard input: what oauth4webapi makes of our metadata, grants, introspection and revocation.
// Its one argument is the folder that has it.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const oauth = await import(pathToFileURL(createRequire(`${process.argv[2]}/`).resolve("oauth4webapi")));
const { issuer, logins, guids, key } = JSON.parse(readFileSync(0, "utf8"));
const insecure = { [oauth.allowInsecureRequests]: true };
const exchange = "urn:ietf:params:oauth:grant-type:token-exchange";

const response = await oauth.discoveryRequest(new URL(issuer), { algorithm: "oauth2", ...insecure });
const server = await oauth.processDiscoveryResponse(new URL(issuer), response);
console.log("verified discovery");

// The token of a login is one by RFC 9068, too.
assert.equal((await claimsOf(server, logins[0])).client_id, "cloakroom");

const privateKey = await crypto.subtle.importKey("jwk", key, { name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
for (const [how, client, auth] of [
  ["private_key_jwt", { client_id: "signer" }, oauth.PrivateKeyJwt({ key: privateKey, kid: "signing" })],
  ["client_secret_basic", { client_id: "portal" }, oauth.ClientSecretBasic("a-secret-of-the-portal")],
  ["client_secret_post", { client_id: "portal" }, oauth.ClientSecretPost("a-secret-of-the-portal")],
]) {
  const own = await oauth.processClientCredentialsResponse(
    server, client, await oauth.clientCredentialsGrantRequest(server, client, auth, {}, insecure));
  assert.equal(own.refresh_token, undefined);
  assert.equal((await claimsOf(server, own.access_token)).client_id, client.client_id);
  assert.equal((await worth(server, client, auth, own.access_token)).active, true);
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, auth, own.access_token, insecure));
  assert.equal((await worth(server, client, auth, own.access_token)).active, false);

  for (const [subject_token, type] of [[logins.pop(), "urn:ietf:params:oauth:token-type:access_token"],
                                       [guids.pop(), "urn:cloakroom:params:oauth:token-type:session_guid"]]) {
    const asked = { subject_token, subject_token_type: type, scope: "profile mail" };
    const given = await oauth.processGenericTokenEndpointResponse(
      server, client, await oauth.genericTokenEndpointRequest(server, client, auth, exchange, asked, insecure));
    assert.equal(given.scope, "profile mail");
    assert.ok((await claimsOf(server, given.access_token)).sid);

    const next = await oauth.processRefreshTokenResponse(
      server, client, await oauth.refreshTokenGrantRequest(server, client, auth, given.refresh_token, {
        additionalParameters: { scope: "mail" }, ...insecure }));
    assert.equal(next.scope, "mail");
    assert.notEqual(next.refresh_token, given.refresh_token);
    assert.equal((await worth(server, client, auth, given.access_token)).active, false);
    assert.equal((await worth(server, client, auth, next.access_token)).client_id, client.client_id);

    await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, auth, next.refresh_token, insecure));
    assert.equal((await worth(server, client, auth, next.access_token)).active, false);
  }
  console.log(`verified ${how}`);
}

// RFC 9068 validation: type, issuer, audience, times, signature by our published keys, and every claim that it requires.
async function claimsOf(server, token) {
  const request = new Request("http://resource.example/", { headers: { authorization: `Bearer ${token}` } });
  return await oauth.validateJwtAccessToken(server, request, "cloakroom", insecure);
}

async function worth(server, client, auth, token) {
  return await oauth.processIntrospectionResponse(
    server, client, await oauth.introspectionRequest(server, client, auth, token, insecure));
}
