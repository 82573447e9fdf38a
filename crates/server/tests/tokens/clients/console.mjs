// Reads {issuer, username, password, people, browser, pictures} from standard input: Chromium signs in as an administrator, searches, sees a
// session that is born while it looks, goes through the rows by keyboard, ends one and then all that match, which are dead at once; axe finds
// nothing serious; without scripts the same pages work. Its arguments are the folders that have puppeteer-core and axe-core.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { watched } from "./watched.mjs";

const require = createRequire(`${process.argv[2]}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const { issuer, username, password, people, browser: executablePath, pictures } = JSON.parse(readFileSync(0, "utf8"));

const usm = (route, body) => fetch(`${issuer}/usm/session/${route}`, {
  method: "POST", headers: { "content-type": "application/json", "user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0" },
  body: JSON.stringify(body),
});
const lives = async (guid) => (await usm("validate", { session_guid: guid })).status === 200;
const opened = async (name, caption) => (await (await usm("create", { email: `${name}@example.com`, passcode: password, caption })).json()).data.session_guid;

const chromium = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const [place, [name, width, scheme]] of [["wide-light", 1280, "light"], ["wide-dark", 1280, "dark"], ["phone-light", 320, "light"], ["phone-dark", 320, "dark"]].entries()) {
    const { context, page, complaints, press, ...watch } = await watched(chromium, { width, scheme });
    await context.overridePermissions(issuer, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"]);
    const seen = async (what) => {
      await watch.seen(what, `${pictures}/${what}-${name}.png`, { fullPage: true });
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ["violations"] }));
      const serious = violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)]), [], `${what} ${name}`);
    };
    const enter = () => Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    const text = (selector) => page.$eval(selector, (element) => element.textContent);
    const rows = () => page.$$eval("[data-rows] > tr", (all) => all.map((row) => row.id));
    const person = people[place];
    const guids = [];
    for (const caption of ["Till 1", "Till 2", "<b>Till 3</b>"]) guids.push(await opened(person, caption));

    await page.goto(`${issuer}/console/sessions?user=${person}`);
    assert.equal(new URL(page.url()).pathname, "/login", "who is not signed in signs in first");
    await page.type("#username", username);
    await page.type("#password", password);
    await press("button[type=submit]");
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).search, `/console/sessions?user=${person}`, "and is led back");
    await page.goto(`${issuer}/`);
    assert.equal(new URL(page.url()).pathname, "/console");
    await seen("console-overview");

    // A search, by keyboard alone.
    await page.goto(`${issuer}/console/sessions`);
    await page.focus("#user");
    await page.keyboard.type(person);
    await enter();
    assert.equal(await text(".total strong"), "3 sessions");
    assert.equal((await rows()).length, 3);
    await seen("console-sessions");

    // What somebody chose and stands on stays when the table comes anew, with what was born meanwhile.
    await page.focus("[data-rows] > tr[tabindex='0']");
    const [first, second] = await rows();
    await page.keyboard.press("Space");
    await page.keyboard.press("ArrowDown");
    assert.equal(await page.evaluate(() => document.activeElement.id), second);
    guids.push(await opened(person, "Till 4"));
    await page.waitForFunction(() => document.querySelectorAll("[data-rows] > tr").length === 4, { timeout: 60_000 });
    assert.equal(await text(".total strong"), "4 sessions");
    assert.equal(await page.evaluate(() => document.activeElement.id), second, "the focus stays");
    assert.deepEqual(await page.$$eval("input[name=session]:checked", (all) => all.map((box) => box.value)), [first], "the choice stays");
    assert.equal(await page.$("b"), null, "captions are texts");

    // Ids are copied whole.
    await page.click(`#${second} button.copy`);
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), second);

    await page.focus(`#${second}`);
    await enter();
    assert.equal(new URL(page.url()).pathname, `/console/sessions/${second}`);
    await seen("console-session");

    // One ends, by its row's button, and is dead at once.
    await page.goto(`${issuer}/console/sessions?user=${person}`);
    assert.ok(await lives(guids[3]));
    await page.focus("[data-rows] > tr:first-child button.danger");
    assert.match(await page.evaluate(() => document.activeElement.getAttribute("aria-label")), new RegExp(`^End: ${person}, Firefox 128 on Linux`));
    await enter();
    assert.equal(await text("[role=status]"), "One session ended.");
    assert.deepEqual([await lives(guids[3]), await lives(guids[2])], [false, true], "dead at once, and the others are not");

    // All that match: the number is shown, and typed.
    await press(".bar a[href*='/console/ends/new']");
    assert.match(await text("main > p"), /^3 sessions will end\.$/);
    await page.type("#count", "4");
    await press("main form button");
    assert.match(await text("#count-problem"), /not the number/);
    assert.equal(await page.$eval("#count", (field) => field.value), "4");
    await seen("console-end-all");
    await page.$eval("#count", (field) => (field.value = ""));
    await page.type("#count", "3");
    await enter();
    assert.match(new URL(page.url()).pathname, /^\/console\/ends\/end_/);
    await seen("console-progress");
    const job = page.url();
    await page.goto(`${issuer}/console/ends`);
    await seen("console-ends");
    await press("[data-rows] a");
    assert.equal(page.url(), job, "it is found again");
    await page.waitForFunction(() => document.querySelector(".total").textContent.startsWith("3 ended of 3"), { timeout: 60_000 });
    for (const guid of guids) assert.equal(await lives(guid), false);

    await page.goto(`${issuer}/console/sessions?user=${person}`);
    await seen("console-none");
    await page.goto(`${issuer}/console/sessions?user=nobody-of-that-name`);
    assert.match(await text(".empty"), /Nobody and nothing/);
    await page.goto(`${issuer}/console/sessions?user=${person}&state=revoked`);
    assert.equal((await rows()).length, 4);
    await seen("console-dead");
    await page.goto(`${issuer}/console/confirm`);
    await seen("console-confirm");

    // Without scripts.
    const plain = await context.newPage();
    await plain.setJavaScriptEnabled(false);
    await plain.setViewport({ width, height: 800 });
    await plain.goto(`${issuer}/console/sessions`);
    assert.ok((await plain.$$("[data-rows] > tr")).length > 0);
    await plain.screenshot({ path: `${pictures}/console-plain-${name}.png` });
    await plain.close();

    // Chromium tells of the status of the page that refuses a wrong number, once.
    const told = complaints.filter((complaint) => !complaint.includes("status of 422"));
    assert.deepEqual([told, complaints.length], [[], 1], "a page complains");
    await context.close();
    console.log(`verified ${name}`);
  }
} finally {
  await chromium.close();
}
