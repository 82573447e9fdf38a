// A browser as far as a sign-in needs one: it keeps cookies, fills in the forms of our pages, and stops where it is sent elsewhere.
import { strict as assert } from "node:assert";

export class Browser {
  #cookies = new Map();

  async #ask(url, options = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const headers = { cookie, "sec-fetch-site": "same-origin", ...options.headers };
    const answer = await fetch(url, { redirect: "manual", ...options, headers });
    for (const set of answer.headers.getSetCookie()) {
      const [name, value] = set.split(";")[0].split("=");
      if (set.includes("Max-Age=0;")) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }

  // Goes on from `url` until it is sent to `callback`: the address of the answer.
  async until(callback, url, filledIn) {
    let answer = await this.#ask(url);
    for (let step = 0; step < 12; step++) {
      if (answer.status === 303) {
        const to = new URL(answer.headers.get("location"), url);
        if (to.href.startsWith(callback)) return to;
        assert.equal(to.origin, new URL(url).origin, "nobody is sent anywhere else");
        answer = await this.#ask(to);
        continue;
      }
      const page = await answer.text();
      assert.equal(answer.status, 200, page);
      const action = /<form method="post" action="([^"]*)"/.exec(page)[1];
      const fields = new URLSearchParams();
      for (const [, name, value] of page.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)) fields.set(name, unescaped(value));
      for (const [name, value] of Object.entries(filledIn)) fields.set(name, value);
      answer = await this.#ask(new URL(action, url), { method: "POST", body: fields });
    }
    assert.fail("it goes round in circles");
  }
}

function unescaped(text) {
  return text.replaceAll(/&#(\d+);/g, (_, code) => String.fromCharCode(Number(code))).replaceAll("&amp;", "&");
}
