// Reads {issuer, username, password, browser, pictures} from standard input: Chromium signs in, says no, says yes, is let in without a question and
// signs out. Its one argument is the folder that has puppeteer-core. What a policy of content forbids, only a real browser tells.
import { strict as assert } from "node:assert";
import { createHash, randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { watched } from "./watched.mjs";

const puppeteer = createRequire(`${process.argv[2]}/`)("puppeteer-core");
const { issuer, username, password, browser: executablePath, pictures } = JSON.parse(readFileSync(0, "utf8"));

// The application: it is sent back to on a port of its own.
const arrived = [];
const application = createServer((request, response) => {
  const url = new URL(request.url, "http://127.0.0.1");
  if (url.pathname === "/callback") arrived.push({ url, referrer: request.headers.referer });
  response.setHeader("content-type", "text/html").end("<title>The application</title><h1>Back</h1>");
}).listen(0, "127.0.0.1");
await new Promise((resolve) => application.once("listening", resolve));
const callback = `http://127.0.0.1:${application.address().port}/callback`;
const verifier = randomBytes(32).toString("base64url");
const asked = (more) => `${issuer}/oauth/authorize?${new URLSearchParams({
  client_id: "native", redirect_uri: callback, response_type: "code", scope: "openid profile", state: "s",
  code_challenge: createHash("sha256").update(verifier).digest("base64url"), code_challenge_method: "S256", ...more,
})}`;

const chromium = await puppeteer.launch({ executablePath, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
try {
  for (const [name, width, scheme] of [["wide", 1024, "light"], ["phone", 320, "dark"]]) {
    const { context, page, complaints, press, ...watch } = await watched(chromium, { width, scheme });
    const seen = (what) => watch.seen(what, `${pictures}/${what}-${name}.png`);

    await page.goto(asked({ prompt: "consent" }));
    await seen("sign-in");
    await page.type("#username", username);
    await page.type("#password", password);
    await press("button[type=submit]");
    assert.match(await page.title(), /asks for access/);
    await seen("consent");
    await press("button[value=deny]");
    assert.equal(new URL(page.url()).searchParams.get("error"), "access_denied");
    await page.goto(asked({ prompt: "consent" }));
    await press("button[value=allow]");
    assert.ok(new URL(page.url()).searchParams.get("code"), page.url());
    await page.goto(asked({ prompt: "none" }));
    const back = new URL(page.url());
    assert.ok(back.searchParams.get("code") && back.href.startsWith(callback), page.url());

    // Signing in once more, on the way to the application, whose address the form leads to in the end.
    await page.goto(asked({ prompt: "login" }));
    assert.equal(await page.$eval("#username", (field) => field.value), username);
    assert.equal(await page.evaluate(() => document.activeElement.id), "password");
    await page.type("#password", password);
    await press("button[type=submit]");
    assert.ok(page.url().startsWith(callback), page.url());

    await page.goto(`${issuer}/logout`);
    await seen("sign-out");
    await press("button[type=submit]");
    assert.equal(new URL(page.url()).pathname, "/login");
    await page.goto(asked({ prompt: "none" }));
    assert.equal(new URL(page.url()).searchParams.get("error"), "login_required");
    assert.deepEqual(complaints, [], "a page complains");
    assert.ok(arrived.every(({ referrer }) => !referrer || !referrer.includes("/oauth")), "no address of ours is told");
    await context.close();
    console.log(`verified ${name}`);
  }
} finally {
  await chromium.close();
  application.close();
}
