// Reads {issuer, username, password, email, browser, pictures} from standard input: Chromium signs in at the console; sees a chart drawn from
// what happened; makes a user and an application, whose secret is shown once; corrects a form; reads the trail and the keys. Its one argument is
// the folder that has puppeteer-core and axe-core.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { watched } from "./watched.mjs";

const require = createRequire(`${process.argv[2]}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { issuer, username, password, email, browser: executablePath, pictures } = JSON.parse(readFileSync(0, "utf8"));

const signIn = (passcode) => fetch(`${issuer}/usm/session/create`, {
  method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ email, passcode }),
});
for (let count = 0; count < 3; count += 1) assert.equal((await signIn(password)).status, 200);
assert.notEqual((await signIn("Another-horse-7")).status, 200);

const chromium = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const [name, width, scheme] of [["wide-light", 1280, "light"], ["wide-dark", 1280, "dark"], ["phone-light", 320, "light"], ["phone-dark", 320, "dark"]]) {
    const { context, page, complaints, ...watch } = await watched(chromium, { width, height: 900, scheme });
    // By keyboard alone.
    const enter = async (selector) => {
      await page.focus(selector);
      await page.keyboard.press("Enter");
    };
    const press = (selector) => Promise.all([page.waitForNavigation(), enter(selector)]);
    const said = () => page.$eval("p[role=status].notice", (notice) => notice.textContent);
    // A picture, and what axe finds in it.
    const seen = async (what) => {
      await watch.seen(what, `${pictures}/${what}-${name}.png`, { fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
      const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], `${what} ${name}`);
    };

    await page.goto(`${issuer}/console`);
    await page.type("#username", username);
    await page.type("#password", password);
    await press("button[type=submit]");
    assert.equal(new URL(page.url()).pathname, "/console");

    // Drawn from what happened: the trail is counted a moment after its commits.
    const births = () => page.$$eval("#chart-sessions tbody td:nth-child(2) data", (all) => all.reduce((sum, one) => sum + Number(one.value), 0));
    for (let tries = 0; tries < 100 && (await births()) < 3; tries += 1) await page.reload();
    assert.ok((await births()) >= 3, "what happened is counted");
    const inked = () => page.$eval("#chart-sessions canvas", (canvas) => {
      const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
      return pixels.some((value, place) => place % 4 === 3 && value > 0);
    });
    assert.ok(await inked(), "the chart is drawn");
    assert.equal(await page.$eval("#chart-sessions .canvas", (canvas) => canvas.hidden), false);
    await seen("console-overview");
    await press(".periods li:last-child a");
    assert.equal((await page.$$("#chart-sessions .rows tbody tr")).length, 90);

    const user = `new-${name}`;
    await page.goto(`${issuer}/console/directory/users`);
    await seen("users");
    await press("a.button.primary");
    await seen("user-new");
    await page.type("#username", "Not A Name");
    await page.type("#display_name", "<b>Somebody</b>");
    await press("button[type=submit]");
    assert.match(await page.$eval("[role=alert]", (summary) => summary.textContent), /Username: Lower-case letters/);
    assert.equal(await page.$eval("#display_name", (field) => field.value), "<b>Somebody</b>", "what was typed stays");
    await seen("user-corrected");
    assert.match(complaints.splice(0).join(), /^[^,]*status of 422[^,]*$/, "Chromium tells of a form that was refused");
    await page.$eval("#username", (field) => (field.value = ""));
    await page.type("#username", user);
    await page.type("#email", `${user}@example.com`);
    await page.type("#password", "A-fine-new-password-7");
    await press("button[type=submit]");
    assert.equal(await said(), "It is saved.");
    await seen("user");
    const entry = page.url();
    await enter(".deed summary");
    await press(".deed details[open] button");
    assert.equal(await page.$eval("[data-state=suspended]", (state) => state.textContent), "suspended");
    await press(".deed form button.second");
    assert.equal(await page.$("[data-state=suspended]"), null);

    await page.goto(`${issuer}/console/directory/applications/new`);
    await page.type("#client_id", `app-${name}`);
    await page.type("#redirect_uris", "https://app.example.com/callback");
    await seen("application-new");
    await press("button[type=submit]");
    const secret = await page.$eval("#secret", (code) => code.textContent);
    assert.match(secret, /^clc_/);
    await seen("application-secret");
    await press("a.button");
    assert.ok(!(await page.content()).includes(secret), "it is shown once");
    await seen("application");

    await page.goto(`${issuer}/console/directory/tenants/new`);
    await seen("tenant-new");
    await page.goto(`${issuer}/console/audit?action=user.created`);
    await seen("audit");
    assert.ok((await page.content()).includes("user.created"));
    await page.goto(`${issuer}/console/keys`);
    await seen("keys");
    await page.goto(`${issuer}/console/health`);
    assert.match(await page.$eval("[role=status]", (status) => status.textContent), /may be sent traffic/);
    await seen("health");
    await page.goto(entry);
    await page.emulateMediaType("print");
    await seen("user-print");
    await page.emulateMediaType("screen");
    assert.deepEqual(complaints, [], "a page complains");
    await context.close();
    console.log(`verified ${name}`);
  }
} finally {
  await chromium.close();
}
