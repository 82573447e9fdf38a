// An identity provider by oidc-provider, the certified one, and Chromium, which signs in through it. Its arguments are the folders that have
// oidc-provider and puppeteer-core. It says where it is on its first line; then it reads {cloakroom, secret, browser, pictures} from a line.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";
import { watched } from "./watched.mjs";

const [, , providerFolder, puppeteerFolder] = process.argv;
const { Provider } = await import(pathToFileURL(createRequire(`${providerFolder}/`).resolve("oidc-provider")));
const puppeteer = createRequire(`${puppeteerFolder}/`)("puppeteer-core");

let provider;
const server = createServer((request, response) => provider.callback()(request, response)).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const issuer = `http://127.0.0.1:${server.address().port}`;
console.log(issuer);

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const { cloakroom, secret, browser: executablePath, pictures } = JSON.parse((await lines.next()).value);
console.info = console.warn = () => {};
provider = new Provider(issuer, {
  clients: [{
    client_id: "cloakroom", client_secret: secret, redirect_uris: [`${cloakroom}/login/idp/op/callback`],
    backchannel_logout_uri: `${cloakroom}/login/idp/op/logout`, backchannel_logout_session_required: true,
  }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "preferred_username", "groups"] },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id, email: `${id}@acme.example`, email_verified: true, preferred_username: id, name: `${id} of Acme`, groups: ["staff"],
    }),
  }),
  features: { backchannelLogout: { enabled: true }, devInteractions: { enabled: true } },
  // Without a way out of its own, which asks no neighbour, and that is where this server is.
  fetch: (url, { method, headers, body }) => fetch(url, { method, headers, body }),
  cookies: { names: { session: "op_session", interaction: "op_interaction", resume: "op_resume" }, keys: ["a"] },
});
provider.on("backchannel.error", (_, problem) => process.stderr.write(`${problem.stack}\n`));

const chromium = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const [name, width, scheme] of [["wide", 1024, "light"], ["dark", 1024, "dark"], ["phone", 320, "light"], ["phone-dark", 320, "dark"]]) {
    const isOurs = (url) => url.startsWith(cloakroom);
    const { context, page, complaints, press, seen } = await watched(chromium, { width, height: 900, scheme, isOurs });

    await page.goto(`${cloakroom}/login?return_to=/login/password&login_hint=${name}%40acme.example`);
    await seen("the page of sign-in", `${pictures}/providers-${name}.png`);
    // By keyboard alone: from the name past the password and its button to the first provider.
    await page.focus("#username");
    for (let step = 0; step < 3; step++) await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Sign in with Acme");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.ok(page.url().startsWith(issuer), page.url());
    assert.equal(await page.$eval("input[name=login]", (field) => field.value), `${name}@acme.example`);
    await page.$eval("input[name=login]", (field, login) => { field.value = login; }, `user-${name}`);
    await page.type("input[name=password]", "anything");
    await press("button[type=submit]");
    await press("button[type=submit]"); // that it may tell Cloakroom who it is
    assert.equal(page.url(), `${cloakroom}/login/password`, "where the sign-in began");
    await page.goto(cloakroom);
    assert.match(await page.$eval("main", (main) => main.textContent), new RegExp(`user-${name}`));

    // Signing out there ends what was born from it here.
    await page.goto(`${issuer}/session/end`);
    await Promise.all([page.waitForNavigation(), page.click("button[value=yes]")]);
    await page.goto(cloakroom);
    assert.equal(new URL(page.url()).pathname, "/login", "the provider's logout ended it");
    assert.deepEqual(complaints, [], "a page complains");
    await context.close();
    console.log(`verified ${name}`);
  }

  // Nobody signed in at the provider, and whoever says no there is told what to do.
  const page = await (await chromium.createBrowserContext()).newPage();
  await page.goto(`${cloakroom}/login/idp/op`);
  await Promise.all([page.waitForNavigation(), page.click("a[href$='/abort']")]);
  assert.match(await page.$eval("main", (main) => main.textContent), /You were not signed in at the provider/);
  console.log("verified a no");
} catch (problem) {
  process.stderr.write(`${problem.stack}\n`);
  process.exitCode = 1;
} finally {
  await chromium.close();
  process.exit();
}
