// A backend that OpsDesk did not write: version 1 of the metrics API with nothing but Node.
//
// Written from the API's description alone. It has one breaker, which POST /test/breaker?state=...
// moves, a figure that nobody else has, a past of an hour, and a word of its own for everything
// that the description leaves open. Usage: node backend.mjs [TOKEN [stream]]; it prints its address.
// It streams where that is asked for.
import { createHash } from "node:crypto";
import { createServer } from "node:http";
import { gzipSync } from "node:zlib";

const token = process.argv[2] ?? "";
const streams = process.argv[3] === "stream";
const born = Date.now();
const iso = (ms) => new Date(ms).toISOString();

const breaker = { metric: "breaker.state", labels: { breaker: "Payments" } };
const depth = { metric: "queue.depth", labels: { queue: "orders" } };
let state = "closed";
let changes = [{ at: born / 1000 - 3600, state: "closed" }];
let incidents = [
  {
    id: "INC-1", subject: breaker, title: "Payments was down", severity: "critical",
    state: "closed", opened_at: iso(born - 3_000_000), closed_at: iso(born - 2_400_000),
  },
];

function move(to) {
  const now = Date.now();
  state = to;
  changes.push({ at: now / 1000, state });
  if (to === "open") {
    incidents.push({
      id: `INC-${incidents.length + 1}`, subject: breaker, title: "Payments is down",
      severity: "critical", state, opened_at: iso(now - 5_000), closed_at: null, trips: 4,
    });
  } else if (to === "closed") {
    for (const one of incidents) one.closed_at ??= iso(now);
  }
  for (const follower of followers) tell(follower);
}

// events as other libraries write them: in several lines, with ids that count
const followers = new Set();
let told = 0;

function tell(follower) {
  const lines = JSON.stringify(snapshot(), null, 1).split("\n").map((line) => `data: ${line}\r\n`);
  follower.write(`id: ${++told}\r\nevent: snapshot\r\n${lines.join("")}\r\n`);
}

function follow(response) {
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" });
  followers.add(response);
  response.on("close", () => followers.delete(response));
  tell(response);
}

function snapshot() {
  const at = iso(Math.floor(Date.now() / 60_000) * 60_000); // once a minute, as its cron job does
  return {
    schema: "opsdesk.snapshot/1",
    generated_at: iso(Date.now()),
    flavour: "unknown fields are tolerated",
    sources: [{ id: "cron", title: "Cron job", interval: 60 }],
    readings: [
      { ...breaker, value: state, at: iso(Date.now()) },
      { ...depth, value: 17, unit: "count", at, source: "cron" },
      { metric: "latency.quantile", labels: { quantile: "0.95" }, value: 0.291, unit: "s", at },
      { metric: "errors.rate", value: 250, unit: "percent", at },
    ],
    baselines: [
      { name: "last week", readings: [{ ...depth, value: 21, at: iso(born - 604_800_000) }] },
    ],
    incidents,
    findings: [{ kind: "risk", sentence: "The queue has one worker.", keys: [depth] }],
  };
}

// the depth of the queue is the minute of the hour: anyone can check it
function series(wanted) {
  const start = Number(wanted.get("start"));
  const end = Number(wanted.get("end"));
  const step = Number(wanted.get("step"));
  const keys = wanted.getAll("key");
  const times = [];
  for (let at = start; at <= end; at += step) times.push(at);
  const values = times.map((at) => (at < born / 1000 - 3600 ? null : Math.floor(at / 60) % 60));
  return {
    schema: "opsdesk.series/1", start, end, step,
    lines: keys.includes('queue.depth{queue="orders"}') ? [{ ...depth, times, values }] : [],
    strips: keys.includes('breaker.state{breaker="Payments"}') ? [{ ...breaker, changes }] : [],
  };
}

const metrics = [
  { id: "queue.depth", title: "Queue depth", unit: "count", definition: "Orders that wait." },
];

const pages = {
  "/v1/snapshot": snapshot,
  "/v1/series": series,
  "/v1/catalogue": () => ({ schema: "opsdesk.catalogue/1", metrics }),
};

function answer(request, response) {
  const url = new URL(request.url, "http://localhost");
  const send = (status, body, headers = {}) => {
    const packed = gzipSync(JSON.stringify(body));
    const more = { "content-type": "application/json", "content-encoding": "gzip", ...headers };
    response.writeHead(status, more).end(packed);
  };
  if (request.method === "POST" && url.pathname === "/test/breaker") {
    move(url.searchParams.get("state"));
    return send(200, {});
  }
  const fault = (status, what) => send(status, { error: { kind: "no", what, remedy: "" } });
  if (token && request.headers.authorization !== `Bearer ${token}`) {
    return fault(401, "this token is not mine");
  }
  if (streams && url.pathname === "/v1/stream") return follow(response);
  const page = pages[url.pathname];
  if (!page) return fault(404, "there is no such thing here");
  const found = page(url.searchParams);
  const { generated_at: _, ...content } = found;
  const etag = `"${createHash("sha1").update(JSON.stringify(content)).digest("hex")}"`;
  if (request.headers["if-none-match"] === etag) return response.writeHead(304).end();
  return send(200, found, { etag });
}

const server = createServer(answer).listen(0, "127.0.0.1", () => {
  console.log(`http://127.0.0.1:${server.address().port}`);
});
process.on("SIGTERM", () => {
  server.closeAllConnections();
  server.close(() => process.exit(0));
});
