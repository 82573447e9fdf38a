// A page of Chromium that is watched: what it complains of, and whether it is wider than its window.
import { strict as assert } from "node:assert";

// `isOurs` says of which addresses complaints count.
export async function watched(chromium, { width, height = 800, scheme, isOurs = () => true }) {
  const context = await chromium.createBrowserContext();
  const page = await context.newPage();
  const complaints = [];
  const complain = (text) => isOurs(page.url()) && complaints.push(text);
  page.on("console", (message) => ["error", "warn"].includes(message.type()) && complain(message.text()));
  page.on("pageerror", (error) => complain(String(error)));
  await page.setViewport({ width, height });
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
  return {
    context, page, complaints,
    press: (selector) => Promise.all([page.waitForNavigation(), page.click(selector)]),
    // Takes a picture of what fits into the window.
    seen: async (what, path, options = {}) => {
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.equal(overflow, 0, `${what} is wider than ${width}`);
      await page.screenshot({ path, ...options });
    },
  };
}
