// Reads {issuer, browser, pictures} from standard input: Chromium looks at `/docs` as somebody does who comes for the first time: the first
// page, a search by keyboard, a guide, the reference. Its one argument is the folder that has puppeteer-core and axe-core.
import { strict as assert } from "node:assert";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { watched } from "./watched.mjs";

const require = createRequire(`${process.argv[2]}/`);
const puppeteer = require("puppeteer-core");
const axe = readFileSync(require.resolve("axe-core"), "utf8");
const { issuer, browser: executablePath, pictures } = JSON.parse(readFileSync(0, "utf8"));

const chromium = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const [name, width, scheme] of [["wide", 1280, "light"], ["wide-dark", 1280, "dark"], ["phone", 320, "light"], ["phone-dark", 320, "dark"]]) {
    const { context, page, complaints, press, ...watch } = await watched(chromium, { width, scheme });
    const requested = [];
    page.on("request", (request) => requested.push(request.url()));
    // What stands in the way of somebody who does not see or point; said by axe, in a world of its own, which no policy forbids.
    const usable = async (what) => {
      const found = await page.evaluate(`${axe}; axe.run(document, { resultTypes: ["violations"] })`);
      const serious = found.violations.filter(({ impact }) => ["serious", "critical"].includes(impact));
      assert.deepEqual(serious.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)]), [], what);
    };
    const seen = (what, options) => watch.seen(what, `${pictures}/docs-${what}-${name}.png`, options);

    await page.goto(`${issuer}/docs`);
    assert.match(await page.title(), /session server/);
    await seen("first", { fullPage: true });
    await usable("the first page");

    // By keyboard: to the field, a word, and on to what was found.
    await page.focus("#q");
    await page.keyboard.type("restoring a backup");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    await seen("found");
    await usable("what was found");
    await page.focus(".found a");
    await Promise.all([page.waitForNavigation(), page.keyboard.press("Enter")]);
    assert.equal(new URL(page.url()).pathname + new URL(page.url()).hash, "/docs/guides/operations#restoring-a-backup");
    const heading = await page.$eval("#restoring-a-backup", (heading) => {
      const { top, bottom } = heading.getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight && document.elementFromPoint(heading.getBoundingClientRect().left + 5, top + 5) === heading;
    });
    assert.ok(heading, "the heading is in sight, and nothing covers it");
    await seen("guide");
    await usable("a guide");
    await page.goto(`${issuer}/docs/guides/configuration`);
    await seen("tables");

    if (width > 320) {
      await page.goto(`${issuer}/docs/api#usm/openapi.yaml`);
      await page.waitForSelector(".opblock");
      assert.equal(await page.$eval("#document", (picker) => picker.value), "../usm/openapi.yaml");
      await seen("reference");
    }
    assert.deepEqual(complaints, [], "a page complains");
    assert.ok(requested.every((address) => address.startsWith(issuer) || address.startsWith("data:")), requested.join("\n"));
    await context.close();
    console.log(`verified ${name}`);
  }
} finally {
  await chromium.close();
}
