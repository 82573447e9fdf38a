// Reads {relying, provider, username, password} from standard input: somebody signs in to the one Cloakroom through the other.
import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";

const { relying, provider, username, password } = JSON.parse(readFileSync(0, "utf8"));

// Each server has cookies of its own: browsers do not tell ports apart, and here both are one machine.
const jars = new Map();

async function ask(url, options = {}) {
  const { origin } = new URL(url);
  const jar = jars.get(origin) ?? new Map();
  jars.set(origin, jar);
  const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
  const answer = await fetch(url, { redirect: "manual", ...options, headers: { cookie, "sec-fetch-site": "same-origin", ...options.headers } });
  for (const set of answer.headers.getSetCookie()) {
    const [name, value] = set.split(";")[0].split("=");
    if (set.includes("Max-Age=0;")) jar.delete(name);
    else jar.set(name, value);
  }
  return answer;
}

// Goes where it is sent until a page is shown.
async function go(url) {
  for (let step = 0; step < 12; step++) {
    const answer = await ask(url);
    if (answer.status !== 303) return { url, answer };
    url = new URL(answer.headers.get("location"), url).href;
    assert.ok([relying, provider].includes(new URL(url).origin), url);
  }
  assert.fail("it goes round in circles");
}

async function throughTheProvider() {
  const { url, answer } = await go(`${relying}/login/idp/other?return_to=/`);
  if (url.startsWith(relying)) return { url, answer };
  const page = await answer.text();
  assert.equal(answer.status, 200, page);
  const token = /name="form_token" value="([^"]*)"/.exec(page)[1];
  const signedIn = await ask(`${provider}/login`, { method: "POST", body: new URLSearchParams({ username, password, form_token: token }) });
  assert.equal(signedIn.status, 303, await signedIn.text());
  return go(new URL(signedIn.headers.get("location"), provider).href);
}

const first = await throughTheProvider();
assert.equal(first.url, `${relying}/account`);
assert.match(await first.answer.text(), new RegExp(username));
console.log("verified that somebody signs in");

jars.delete(relying);
const second = await throughTheProvider();
assert.match(await second.answer.text(), new RegExp(username), "who is signed in there is asked nothing");
console.log("verified that somebody comes back");
