// Reads {issuer, username, email, password, browser, pictures} from standard input: Chromium signs in, sees two sessions beside its own, names one
// and ends the other by keyboard, which is dead at once; takes back what an application was let have; signs out everywhere else. Its one argument
// is the folder that has puppeteer-core.
import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { watched } from "./watched.mjs";

const puppeteer = createRequire(`${process.argv[2]}/`)("puppeteer-core");
const { issuer, username, email, password, browser: executablePath, pictures } = JSON.parse(readFileSync(0, "utf8"));

const usm = (route, body, agent) => fetch(`${issuer}/usm/session/${route}`, {
  method: "POST", headers: { "content-type": "application/json", "user-agent": agent ?? "curl/8.5.0" }, body: JSON.stringify(body),
});
const lives = async (guid) => (await usm("validate", { session_guid: guid })).status === 200;
const opened = async (more, agent) => (await (await usm("create", { email, passcode: password, ...more }, agent)).json()).data.session_guid;
const PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1";
// The application: it is sent back to on a port of its own.
const application = createServer((_, response) => response.setHeader("content-type", "text/html").end("<title>The application</title>")).listen(0, "127.0.0.1");
await new Promise((resolve) => application.once("listening", resolve));
const callback = `http://127.0.0.1:${application.address().port}/callback`;
const asked = `${issuer}/oauth/authorize?${new URLSearchParams({
  client_id: "native", redirect_uri: callback, response_type: "code", scope: "openid profile offline_access", state: "s",
  code_challenge: createHash("sha256").update(randomBytes(32).toString("base64url")).digest("base64url"), code_challenge_method: "S256",
})}`;

const chromium = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const [name, width, scheme] of [["wide-light", 1024, "light"], ["wide-dark", 1024, "dark"], ["phone-light", 320, "light"], ["phone-dark", 320, "dark"]]) {
    const { context, page, complaints, press, ...watch } = await watched(chromium, { width, scheme });
    const seen = (what) => watch.seen(what, `${pictures}/${what}-${name}.png`, { fullPage: true });
    const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const said = () => page.$eval("[role=status]", (notice) => notice.textContent);
    const [ended, swept] = [await opened({ caption: "Till 4" }), await opened({}, PHONE)];

    await page.goto(`${issuer}/account`);
    assert.equal(new URL(page.url()).pathname, "/login", "who is not signed in signs in first");
    await page.type("#username", username);
    await page.type("#password", password);
    await press("button[type=submit]");
    assert.equal(new URL(page.url()).pathname, "/account", "and is led back");
    await seen("account-first");
    assert.equal((await page.$$(".mark")).length, 1);

    // By keyboard alone: the one that has no name yet gets one that nobody expects.
    const row = (text) => page.evaluate((text) =>
      [...document.querySelectorAll("tr[data-session]")].find((row) => row.textContent.includes(text)).dataset.session, text);
    const phone = await row("iOS");
    await page.focus(`tr[data-session=${phone}] summary`);
    await page.keyboard.press("Enter");
    await page.keyboard.press("Tab");
    await page.keyboard.type("<b>Kitchen & hall</b>");
    await enter();
    assert.equal(await said(), "The name is saved.");
    assert.equal(await row("<b>Kitchen & hall</b>"), phone);
    await page.focus(`tr[data-session=${phone}] summary`);
    await page.keyboard.press("Enter");
    await seen("account-naming");
    const names = await page.$$eval("main button, main summary, main a, main input:not([type=hidden])", (all) =>
      all.map((one) => one.getAttribute("aria-label") || one.labels?.[0]?.textContent || one.textContent.trim()));
    assert.ok(names.every(Boolean), `everything can be called: ${names}`);

    assert.ok(await lives(ended) && await lives(swept));
    await page.focus(`tr[data-session=${await row("Till 4")}] button.danger`);
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), /^Sign out: Till 4/);
    await enter();
    assert.equal(await said(), "That device is signed out.");
    assert.deepEqual([await lives(ended), await lives(swept)], [false, true], "dead at once, and the other is not");

    await page.goto(asked);
    assert.match(await page.title(), /asks for access/);
    await press("button[value=allow]");
    assert.ok(page.url().startsWith(callback), page.url());
    await page.goto(`${issuer}/account`);
    await seen("account-consents");
    await press("section[aria-labelledby=consents] button.danger");
    assert.match(await said(), /^Access is taken back/);
    assert.equal(await page.$("section[aria-labelledby=consents] table"), null);

    await page.click(".sweep summary");
    assert.match(await page.$eval(".sweep p", (text) => text.textContent), /^One other session ends at once/);
    await seen("account-sweep");
    await press(".sweep button");
    assert.equal(await said(), "You are signed out everywhere else.");
    assert.equal(await lives(swept), false, "dead at once");
    await seen("account-only");
    await page.emulateMediaType("print");
    await seen("account-print");
    await page.emulateMediaType("screen");
    await press(".choices button");
    assert.equal(new URL(page.url()).pathname, "/login");
    assert.deepEqual(complaints, [], "a page complains");
    await context.close();
    console.log(`verified ${name}`);
  }
} finally {
  await chromium.close();
  application.close();
}
