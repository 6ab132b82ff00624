// What HTML cannot say by itself: theme, keys, the stream of events, the drawer.
const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
const root = document.documentElement;

// Theme: system, light, dark; kept in a cookie, so that the server renders it and nothing flashes.
const themes = ["", "light", "dark"], names = ["as the system", "light", "dark"];
function theme(t, keep) {
  t ? (root.dataset.theme = t) : delete root.dataset.theme;
  if (keep) document.cookie = `theme=${t}; path=/console; max-age=31536000; samesite=lax`;
  $$("[data-theme-toggle]").forEach(b => b.setAttribute("aria-label", "Theme: " + names[themes.indexOf(t)]));
  dispatchEvent(new Event("themechange"));
}
theme(root.dataset.theme || "");
matchMedia("(prefers-color-scheme:dark)").addEventListener("change", () => dispatchEvent(new Event("themechange")));

function toast(text) {
  $(".toast")?.remove();
  const t = document.createElement("div");
  t.className = "toast"; t.setAttribute("role", "status"); t.textContent = text;
  document.body.append(t); setTimeout(() => t.remove(), 4000);
}
const copy = (text, said) => navigator.clipboard?.writeText(text).then(() => toast(said));

document.addEventListener("click", e => {
  const row = e.target.closest(".rows a.open");
  if (row && $("#feed")?.contains(row) && !e.ctrlKey && !e.metaKey && !e.shiftKey) { e.preventDefault(); return open(row); }
  if (e.target.closest(".drawer a[aria-label^=Close]")) { e.preventDefault(); return shut(); }
  if (e.target.closest("[data-device]")) {
    e.preventDefault();
    const id = localStorage.player || prompt("The user_id that your device sends:");
    if (id) { localStorage.player = id; location.assign("/console/live?player=" + encodeURIComponent(id)); }
    return;
  }
  const b = e.target.closest("button"); if (!b) return;
  if (b.hasAttribute("data-theme-toggle")) theme(themes[(themes.indexOf(root.dataset.theme || "") + 1) % 3], true);
  else if (b.dataset.open) $("#" + b.dataset.open).showModal();
  else if (b.dataset.copies) copy($("#" + b.dataset.copies).textContent, b.dataset.said || `Copied as ${b.dataset.copy}. The key is left out: $GAME_EVENTS_API_KEY.`);
  else if (b.hasAttribute("data-view-to")) view(b.closest(".card"), b.dataset.viewTo);
  else if (b.hasAttribute("data-shut")) b.closest("dialog").close();
  else if (b.hasAttribute("data-unfold")) unfold(b);
  else if (b.hasAttribute("data-pause")) feed?.toggle();
  else if (b.hasAttribute("data-new")) feed?.show();
  else if (b.dataset.step) step(+b.dataset.step);
  else if (b.hasAttribute("data-filters")) b.setAttribute("aria-expanded", b.closest(".bar").classList.toggle("open"));
});
document.addEventListener("change", e => { if (e.target.matches("#filters select, [data-submits]")) e.target.form.requestSubmit(); });
document.addEventListener("keydown", e => {
  const b = e.key === "Enter" && (e.ctrlKey || e.metaKey) && e.target.tagName === "TEXTAREA" && $("[data-enter]", e.target.form);
  if (b) { e.preventDefault(); e.target.form.requestSubmit(b); }
});
// An empty filter does not belong into the address.
document.addEventListener("submit", e => {
  if (e.target.method === "get") $$("input,select", e.target).forEach(x => { if (!x.value) x.disabled = true; });
  const b = e.submitter;
  if (b?.name && !b.value && e.target.method === "get") b.removeAttribute("name");
  else if (e.target.id === "filters" && !b?.name) {
    const pressed = $(".seg [aria-pressed=true]", e.target);
    if (pressed?.value) e.target.insertAdjacentHTML("beforeend", `<input type="hidden" name="verdict" value="${pressed.value}">`);
  }
});
// A list that is whole on the page is narrowed as one types.
document.addEventListener("input", e => {
  const body = e.target.dataset.narrows && document.getElementById(e.target.dataset.narrows);
  const wanted = e.target.value.trim().toLowerCase();
  if (body) for (const row of body.rows) row.hidden = !`${row.textContent} ${row.dataset.words ?? ""}`.toLowerCase().includes(wanted);
});
function view(card, to) {
  card.dataset.view = to;
  $$("[data-view-to]", card).forEach(x => x.setAttribute("aria-pressed", x.dataset.viewTo === to));
  dispatchEvent(new Event("resize"));
}
function unfold(button) {
  for (let l = button.nextElementSibling; l?.hidden; l = l.nextElementSibling) l.hidden = false;
  button.remove();
}

// The drawer: one address, as a page of its own or beside the list; Back closes it, and the focus returns to its row.
let from = null;
async function open(link) {
  const answer = await fetch(link.href, { headers: { "X-Partial": "true" } }).catch(() => null);
  if (!answer?.ok) return location.assign(link.href);
  const list = history.state?.drawer ? history.state.list : location.href;
  history[history.state?.drawer ? "replaceState" : "pushState"]({ drawer: true, list }, "", link.href);
  $("#drawer").innerHTML = await answer.text();
  from = link;
  $$(".rows [aria-selected]").forEach(x => x.removeAttribute("aria-selected"));
  link.closest("tr").setAttribute("aria-selected", "true");
  feed?.pause();
  $(".drawer a[aria-label^=Close]")?.focus({ preventScroll: true });
}
function shut() { if (history.state?.drawer) history.back(); else location.assign("/console/live"); }
addEventListener("popstate", () => {
  if (!$(".drawer")) return;
  $("#drawer").replaceChildren();
  $$(".rows [aria-selected]").forEach(x => x.removeAttribute("aria-selected"));
  from?.focus({ preventScroll: true });
});
function step(by) {
  const rows = $$("#feed a.open"), next = rows[rows.indexOf(from) + by];
  if (next) open(next);
}

// The stream: rows are put first, 200 are kept; while somebody reads, they wait and are counted.
const KEPT = 200;
class Feed {
  constructor(box) {
    Object.assign(this, { box, body: $("#feed"), held: [], paused: false, last: 0, rate: 0, tries: 0 });
    const url = new URL(box.dataset.stream, location.href);
    if (box.dataset.after) url.searchParams.set("after", box.dataset.after);
    this.source = new EventSource(url);
    this.source.addEventListener("open", () => { this.tries = 0; this.say(); });
    this.source.addEventListener("error", () => this.lost());
    this.source.addEventListener("row", e => this.take(e.data));
    this.source.addEventListener("state", e => this.state(JSON.parse(e.data)));
    this.source.addEventListener("totals", e => { const old = $("#totals"); if (old && old.outerHTML !== e.data) old.outerHTML = e.data; });
    addEventListener("pagehide", () => this.source.close());
  }
  get reading() { return this.paused || this.box.scrollTop > 8 || this.box.matches(":hover") || this.body.contains(document.activeElement); }
  take(html) {
    this.last = Date.now();
    if (this.reading) { this.held.push(html); if (this.held.length > KEPT) this.held.shift(); }
    else this.put([html]);
    this.count();
  }
  put(rows) {
    for (const html of rows) {
      const made = document.createElement("template");
      made.innerHTML = html;
      const row = made.content.firstElementChild;
      if (!row || document.getElementById(row.id)) continue;
      row.classList.add("fresh");
      this.body.prepend(row);
    }
    while (this.body.rows.length > KEPT) this.body.lastElementChild.remove();
    if (this.body.rows.length) $("#nothing")?.remove();
  }
  show() { this.put(this.held.splice(0)); this.box.scrollTop = 0; this.count(); }
  count() {
    const strip = $(".more", this.box);
    strip.hidden = !this.held.length;
    $("span", strip).textContent = `${this.held.length}${this.held.length === KEPT ? "+" : ""} new`;
  }
  pause() { if (!this.paused) this.toggle(); }
  toggle() {
    this.paused = !this.paused;
    const b = $("[data-pause]");
    b.setAttribute("aria-pressed", this.paused); b.classList.toggle("pri", this.paused);
    $("span", b).textContent = this.paused ? "Go on" : "Pause";
    $("use", b).setAttribute("href", this.paused ? "#play" : "#pause");
    if (!this.paused) this.show();
    this.say();
  }
  state(s) {
    this.rate = s.per_second;
    const one = (n, what) => n > 1 ? `Sampled: 1 in ${n} ${what} is shown.` : "";
    const said = [one(s.one_in, "accepted events"), one(s.rejected_one_in, "rejected events")].filter(Boolean).join(" ");
    $("#sampled").textContent = "Every event of all workers, within a second of the call that sent it. "
      .replace("Every event", said ? "The newest events" : "Every event") + (said || "Nothing is left out at this rate.");
    this.say();
  }
  say() {
    $("#dot").className = "dot " + (this.paused ? "warn" : "on");
    $("#connection").textContent = this.paused ? "Paused · still connected" : `Connected · ${this.rate} events/s`;
  }
  lost() {
    $("#dot").className = "dot bad";
    const when = this.last ? `, last event ${new Date(this.last).toISOString().slice(11, 19)}` : "";
    $("#connection").textContent = `Connection lost${when} · trying again`;
    if (this.source.readyState === EventSource.CLOSED) setTimeout(() => location.reload(), Math.min(1000 * 2 ** this.tries++, 15000));
  }
}
const box = $("[data-stream]");
const feed = box && window.EventSource ? new Feed(box) : null;

// A page of figures looks again by itself, unless somebody is in the middle of it.
async function again() {
  const main = $("#main");
  if (document.hidden || main.contains(document.activeElement) || !getSelection().isCollapsed) return;
  const answer = await fetch(location.href).catch(() => null);
  if (answer?.redirected) return location.reload();
  if (!answer?.ok) return;
  const made = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("main");
  main.replaceChildren(...made.childNodes);
}
if ($("[data-again]")) setInterval(again, 1000 * $("[data-again]").dataset.again);

// A replay goes on by itself: only its figures change until it is over.
async function follow() {
  const box = $("[data-follow]");
  if (!box) return;
  const answer = await fetch(box.dataset.follow, { headers: { "X-Partial": "true" } }).catch(() => null);
  if (answer && !answer.ok) return location.reload();
  if (answer) {
    const made = document.createElement("template");
    made.innerHTML = await answer.text();
    const now = $("[data-now]", made.content), old = $("[data-now]", box);
    if (!now) return box.replaceWith(made.content);
    if (now.outerHTML !== old.outerHTML) old.replaceWith(now);
  }
  setTimeout(follow, 700);
}
follow();

// Keys: never while typing, never with a modifier.
let g = 0;
const go = { l: "live", r: "rejected", c: "catalog", p: "playground", v: "revenue", u: "players", h: "health" };
document.addEventListener("keydown", e => {
  if (e.ctrlKey || e.metaKey || e.altKey) return;
  if (e.key === "Escape" && $(".drawer")) return shut();
  if (/^(INPUT|TEXTAREA|SELECT)$/.test(e.target.tagName)) return;
  if (Date.now() - g < 900 && go[e.key]) return location.assign("/console/" + go[e.key]);
  g = e.key === "g" ? Date.now() : 0;
  if (e.key === "/") { e.preventDefault(); $("input[type=search]")?.focus(); }
  if (e.key === "?") $("#keys")?.showModal();
  if (e.key === "y") copy(location.href, "Copied the address of what you see.");
  if (e.key === "t") $$(".card[data-view]").forEach(c => view(c, c.dataset.view === "chart" ? "table" : "chart"));
  if (e.key === " " && e.target.tagName !== "BUTTON" && $("[data-pause]")) { e.preventDefault(); feed?.toggle(); }
  if (e.key === "j" || e.key === "k") {
    const by = e.key === "j" ? 1 : -1;
    if ($(".drawer")) return step(by);
    const rows = $$(".rows a.open"), n = rows.indexOf(document.activeElement) + by;
    rows[Math.max(0, Math.min(n, rows.length - 1))]?.focus();
  }
});
if ($("dialog[data-show]")) $("dialog[data-show]").showModal();
