// Plays docs/conformance.json with the sender that was compiled beside it; prints what is not as the file has it.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const [folder, vectors, url] = process.argv.slice(2);
const { browser, send } = require(join(folder, "send.js"));

async function play(test, share) {
  const events = Array.from({ length: test.count }, (_, i) => ({
    event_type: "install", event_id: `e-${i + 1}`, padding: "x".repeat(test.padding),
  }));
  const seen = [], exchanges = [...test.exchanges];
  let clock = 0;
  const device = {
    async post(body) {
      const ids = JSON.parse(body).events.map((event) => event.event_id);
      const exchange = exchanges.shift();
      if (exchange === undefined) throw new Error(`one request too many: ${ids}`);
      const number = (id) => Number(id.slice(2));
      seen.push({ first: number(ids[0]), last: number(ids.at(-1)), answer: exchange.answer });
      if (exchange.answer === null) throw new Error("no answer");
      const { status, headers = {}, statuses, foreign } = exchange.answer;
      const named = statuses === undefined ? ids : ids.slice(0, statuses.length);
      const results = named.map((id, i) => ({ event_id: foreign ? `x-${id}` : id, status: statuses?.[i] ?? "accepted" }));
      return { status, retryAfter: headers["retry-after"] ?? null, receipt: status === 202 ? { results } : null };
    },
    now: () => clock,
    async sleep(seconds) { clock += seconds; seen.at(-1).wait = Math.round(seconds * 1e6) / 1e6; },
    random: () => share,
  };
  const { results, left } = await send(events, device);
  const runs = [];
  for (const { status } of results) runs.at(-1)?.[0] === status ? runs.at(-1)[1]++ : runs.push([status, 1]);
  const wanted = test.exchanges.map(({ wait, ...rest }) => (wait ? { ...rest, wait: wait[share] } : rest));
  const got = { exchanges: seen, results: runs, left: left.map((event) => Number(event.event_id.slice(2))) };
  const want = { exchanges: wanted, results: test.results, left: test.left };
  return JSON.stringify(got) === JSON.stringify(want) ? [] : [`${test.name}: ${JSON.stringify(got)}`];
}

(async () => {
  const wrong = [];
  for (const test of JSON.parse(readFileSync(vectors)).cases)
    for (const share of [0, 1]) wrong.push(...(await play(test, share)));
  const { results } = await send([{ event_type: "install", event_id: "e-1" }], browser(url, "ge_test_key"));
  if (results[0]?.status !== "accepted") wrong.push(`over a socket: ${JSON.stringify(results)}`);
  console.log(wrong.join("\n"));
})();
