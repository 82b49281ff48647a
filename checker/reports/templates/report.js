"use strict";
// The findings page. Texts from logs reach the document as text nodes only, never as markup.
(async () => {
const $ = (id) => document.getElementById(id);
const ROW = 40, SPARE = 8, FIRST_ROWS = 200;
const TABS = ["findings", "charts", "statistics", "problems", "source"];

let report;
try {
  report = await unpack($("data"));
} catch (fault) {
  $("broken").hidden = false;
  $("broken").textContent = "这个浏览器打不开本页的数据，请换用新版的 Edge、Chrome 或 Firefox。 "
    + "This browser cannot unpack the data of this page: use a recent Edge, Chrome or Firefox. (" + fault.message + ")";
  return;
}

async function unpack(holder) {
  const text = holder.textContent;
  if (holder.type === "application/json") return JSON.parse(text);
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// ---- state: what is chosen; all of it but the theme stands in the address, so that a view can be passed on
const state = { lang: report.lang, tab: "findings", q: "", sort: "", down: false, open: "", chosen: {} };
let view = [], active = 0, personal = false;

// ---- small helpers
const say = (name, ...parts) => parts.reduce((text, part) => text.replace("{}", part), pick(report.said[name]));
function pick(pair) { return pair[state.lang === "en" ? 1 : 0]; }
const named = (name) => (Object.hasOwn(report.names, name) ? pick(report.names[name]) : name);

function make(tag, given, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(given || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...inside.flat().filter((one) => one !== null && one !== undefined));
  return element;
}

function yuan(fen) {
  const whole = Math.abs(fen), cents = String(whole % 100).padStart(2, "0");
  return (fen < 0 ? "-" : "") + (whole - (whole % 100)) / 100 + "." + cents;
}

// Sums are for reading and have thousands apart; cells stay as the other formats have them.
const money = (fen) => "￥" + yuan(fen).replace(/\B(?=(\d{3})+\.)/g, ",");

function plain(value) {
  if (value === null || value === undefined) return "";
  if (value === true || value === false) return say(String(value));
  return Array.isArray(value) ? value.map(plain).join(", ")
    : typeof value === "object" ? pairs(value) : String(value);
}
const pairs = (value) => Object.entries(value).map(([name, one]) => named(name) + ": " + plain(one)).join("; ");

// On paper a finding that rests on many rows would fill pages; the file has them all.
const FEW_ROWS = 5;
function printed(one, row) {
  const cell = one.value(row);
  if (one.kind !== "evidence" || cell === null || cell.length <= FEW_ROWS) return one.text(row);
  return cell.slice(0, FEW_ROWS).map(place).join("; ") + "; " + say("more_rows", cell.length - FEW_ROWS);
}

function place([index, row, key]) {
  const [file, sheet] = report.places[index];
  return file + (sheet ? "[" + sheet + "]" : "") + (row ? ":" + row : "") + (key ? " " + key : "");
}

// ---- columns: work is done once for each distinct cell, not for each row
class Column {
  constructor(given) {
    Object.assign(this, given);
    this.index = given.index || given.cells.map((_, at) => at);
    this.labels = {};
    this.ranks = {};
  }

  value(row) { return this.cells[this.index[row]]; }

  word(code) { return Object.hasOwn(this.words, code) ? pick(this.words[code]) : code; }

  show(cell) {
    if (cell === null) return "";
    switch (this.kind) {
      case "said": return pick(cell);
      case "code": return this.word(cell);
      case "codes": return cell.map((code) => this.word(code)).join("; ");
      case "fen": return yuan(cell);
      case "pairs": return pairs(cell);
      case "evidence": return cell.map(place).join("; ");
      default: return plain(cell);
    }
  }

  texts() {
    const lang = state.lang;
    return this.labels[lang] || (this.labels[lang] = this.cells.map((cell) => this.show(cell)));
  }

  text(row) { return this.texts()[this.index[row]]; }

  // Places of the distinct cells in order; -1 is nothing. Long texts go by code points: a collator would be slow.
  rank() {
    if (this.ranks[state.lang]) return this.ranks[state.lang];
    const texts = this.texts(), order = this.cells.map((_, at) => at).filter((at) => this.cells[at] !== null);
    const collator = new Intl.Collator(state.lang === "en" ? "en" : "zh-CN", { numeric: true });
    const compare = this.kind === "fen" ? (a, b) => this.cells[a] - this.cells[b]
      : this.kind === "said" ? (a, b) => (texts[a] < texts[b] ? -1 : texts[a] > texts[b] ? 1 : 0)
      : (a, b) => collator.compare(texts[a], texts[b]);
    const rank = new Int32Array(this.cells.length).fill(-1);
    order.sort(compare).forEach((cell, at) => {
      rank[cell] = at > 0 && compare(order[at - 1], cell) === 0 ? rank[order[at - 1]] : at;
    });
    return (this.ranks[state.lang] = rank);
  }

  // What may be chosen for a distinct cell: each code of a list by itself, "" for nothing.
  options(cell) { return cell === null ? [""] : this.kind === "codes" ? cell : [String(cell)]; }
}

const columns = report.columns.map((one) => new Column(one));
const column = Object.fromEntries(columns.map((one) => [one.key, one]));
const facets = columns.filter((one) => one.facet);
const inTable = columns.filter((one) => one.table), onPaper = columns.filter((one) => one.paper);

// Full-width letters and digits, as input methods type them, are the same as plain ones.
const folded = (text) => text.normalize("NFKC").toLowerCase();
const hay = (() => {
  const kept = state.lang, parts = [];
  for (const lang of ["zh", "en"]) {
    state.lang = lang;
    const cells = columns.map((one) => one.texts().map(folded));
    for (let row = 0; row < report.count; row++) {
      let text = parts[row] || "";
      columns.forEach((one, at) => {
        if (lang === "zh" || one.kind === "said" || one.kind === "code" || one.kind === "codes") text += "\n" + cells[at][one.index[row]];
      });
      text += "\n" + (lang === "zh" ? folded(String(column.rule.value(row))) : "");
      parts[row] = text;
    }
  }
  state.lang = kept;
  return parts;
})();

// ---- filters
// One pass: a row that fails no choice is in the view; one that fails a single choice still counts for that list.
function sift() {
  const terms = folded(state.q).split(/\s+/).filter(Boolean);
  const tests = facets.map((one) => {
    const wanted = state.chosen[one.key];
    return wanted === undefined ? null : one.cells.map((cell) => one.options(cell).includes(wanted));
  });
  const rows = [], counts = facets.map((one) => new Int32Array(one.cells.length)), without = {};
  facets.forEach((one) => { without[one.key] = []; });
  for (let row = 0; row < report.count; row++) {
    if (!terms.every((term) => hay[row].includes(term))) continue;
    let failed = -1, failures = 0;
    for (let at = 0; at < tests.length && failures < 2; at++) {
      if (tests[at] && !tests[at][facets[at].index[row]]) { failed = at; failures++; }
    }
    if (failures === 0) rows.push(row);
    for (let at = 0; at < facets.length; at++) {
      if (failures === 0 || (failures === 1 && failed === at)) {
        counts[at][facets[at].index[row]]++;
        without[facets[at].key].push(row);
      }
    }
  }
  return { rows, counts, without };
}

let sifted = sift();

function sorted(rows) {
  const by = column[state.sort];
  if (!by) return rows;
  const rank = by.rank(), index = by.index, turn = state.down ? -1 : 1;
  return rows.sort((a, b) => {
    const x = rank[index[a]], y = rank[index[b]];
    if (x === y) return a - b;
    return x < 0 ? 1 : y < 0 ? -1 : turn * (x - y);  // nothing comes last, either way
  });
}

function refresh() {
  sifted = sift();
  view = sorted(sifted.rows);
  active = 0;
  $("scroll").scrollTop = 0;
  shape();
  remember();
}

function choose(given) {
  for (const [key, value] of Object.entries(given)) {
    if (value === undefined) delete state.chosen[key];
    else state.chosen[key] = value;
  }
  refresh();
}

const chosenAny = () => state.q !== "" || Object.keys(state.chosen).length > 0;

// ---- the address
function remember() {
  const told = new URLSearchParams();
  if (state.lang !== report.lang) told.set("lang", state.lang);
  if (state.tab !== "findings") told.set("tab", state.tab);
  if (state.q) told.set("q", state.q);
  if (state.sort) told.set("sort", (state.down ? "-" : "") + state.sort);
  for (const [key, value] of Object.entries(state.chosen)) told.set("is." + key, value);
  if (state.open) told.set("open", state.open);
  const hash = told.toString();
  if (hash !== location.hash.slice(1)) history.replaceState(null, "", "#" + hash);
}

function recall() {
  const told = new URLSearchParams(location.hash.slice(1)), sort = told.get("sort") || "";
  state.lang = ["zh", "en"].includes(told.get("lang")) ? told.get("lang") : report.lang;
  state.tab = TABS.includes(told.get("tab")) ? told.get("tab") : "findings";
  state.q = told.get("q") || "";
  state.down = sort.startsWith("-");
  state.sort = Object.hasOwn(column, sort.replace(/^-/, "")) ? sort.replace(/^-/, "") : "";
  state.open = told.get("open") || "";
  state.chosen = {};
  for (const one of facets) if (told.has("is." + one.key)) state.chosen[one.key] = told.get("is." + one.key);
}

// ---- head, tabs, filters
function speak() {
  document.documentElement.lang = state.lang === "en" ? "en" : "zh-CN";
  document.querySelectorAll("[data-say]").forEach((one) => { one.textContent = say(one.dataset.say); });
  document.querySelectorAll("[data-label]").forEach((one) => one.setAttribute("aria-label", say(one.dataset.label)));
  $("language").textContent = say("other_language");
  $("language").lang = state.lang === "en" ? "zh-CN" : "en";
  const { period, as_of } = report.run;
  $("about").textContent = [say("period") + " " + period.replace("/", " ~ "), say("as_of") + " " + as_of,
    report.people === null ? null : say("people") + " " + report.people].filter(Boolean).join(" · ");
}

function tabs() {
  const numbers = { findings: report.count, problems: report.problems.length, statistics: report.statistics.length };
  $("tabs").replaceChildren(...TABS.map((name) => make("button", {
    type: "button", role: "tab", id: "tab-" + name, "aria-controls": name,
    "aria-selected": String(name === state.tab), tabindex: name === state.tab ? 0 : -1,
    onclick: () => show(name),
  }, say(name), name in numbers ? make("span", { class: "number" }, " " + numbers[name]) : null)));
  TABS.forEach((name) => { $(name).hidden = name !== state.tab; });
  $("filters").hidden = !["findings", "charts"].includes(state.tab);
}

function show(name) {
  state.tab = name;
  shape();
  remember();
  $("tab-" + name).focus();
}

$("tabs").addEventListener("keydown", (event) => {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  show(TABS[(TABS.indexOf(state.tab) + step + TABS.length) % TABS.length]);
});

// A tile of an outcome whose findings are not listed (what passes, as a rule) is only a number.
function tiles() {
  const listed = new Set(column.outcome.cells);
  const outcomes = report.totals.map(([name, words, count]) => {
    const inside = [make("span", {}, pick(words)), make("b", {}, String(count))];
    if (!listed.has(name)) return make("div", { class: "tile" }, ...inside);
    const on = state.chosen.outcome === name;
    return make("button", {
      type: "button", class: "tile is-" + name, "aria-pressed": String(on), id: "outcome-" + name,
      onclick: () => { choose({ outcome: on ? undefined : name }); $("outcome-" + name).focus(); },
    }, ...inside);
  });
  const sum = sums(view, () => "")[0] || { free: 0, held: 0, least: 0, most: 0 };
  const whole = sum.free + sum.held;
  const range = sum.least === sum.most ? null : make("small", {}, money(sum.least) + "~" + money(sum.most));
  $("totals").replaceChildren(...outcomes,
    make("div", { class: "tile" }, make("span", {}, say("proposed")), make("b", {}, money(whole)), range),
    make("div", { class: "tile" }, make("span", {}, say("settled")), make("b", {}, money(sum.free))));
}

function lists() {
  const held = document.activeElement && document.activeElement.id;
  const labels = facets.filter((one) => one.key !== "outcome").map((one) => {
    const at = facets.indexOf(one), counts = new Map();
    one.cells.forEach((cell, index) => one.options(cell).forEach((code) => {
      counts.set(code, (counts.get(code) || 0) + sifted.counts[at][index]);
    }));
    const wanted = state.chosen[one.key];
    if (wanted !== undefined && !counts.has(wanted)) counts.set(wanted, 0);
    const word = (code) => (code === "" ? say("none") : one.word(code));
    const options = [...counts].filter(([code, count]) => count > 0 || code === wanted)
      .map(([code, count]) => [code, word(code), count]).sort((a, b) => (a[1] < b[1] ? -1 : 1));
    const select = make("select", {
      id: "is-" + one.key,
      onchange: (event) => choose({ [one.key]: event.target.value === "*" ? undefined : event.target.value.slice(1) }),
    }, make("option", { value: "*" }, say("every")),
    options.map(([code, text, count]) => make("option", { value: "=" + code }, text + " (" + count + ")")));
    select.value = wanted === undefined ? "*" : "=" + wanted;
    return make("label", wanted === undefined ? {} : { class: "on" }, make("span", {}, pick(one.title)), select);
  });
  while ($("choices").children.length > 1) $("choices").lastChild.remove();
  $("choices").append(...labels, make("button", {
    type: "button", id: "clear", disabled: !chosenAny(),
    onclick: () => { state.q = ""; state.chosen = {}; refresh(); $("search").focus(); },
  }, say("clear")));
  if (held && held.startsWith("is-")) $(held).focus();
  if ($("search").value !== state.q) $("search").value = state.q;
  $("listed").textContent = say("listed", view.length, report.count);
}

// ---- the table: only rows that can be seen are in the document
function head() {
  $("grid").tHead.replaceChildren(make("tr", { "aria-rowindex": 1 }, inTable.map((one) => {
    const on = state.sort === one.key;
    return make("th", {
      scope: "col", class: cellClass(one), "aria-sort": on ? (state.down ? "descending" : "ascending") : null,
    }, make("button", {
      type: "button", id: "sort-" + one.key,
      onclick: () => {
        state.down = on ? !state.down : one.kind === "fen";  // the largest amounts come first
        state.sort = one.key;
        refresh();
        $("sort-" + one.key).focus();
      },
    }, pick(one.title), make("span", { "aria-hidden": "true", class: "arrow" }, on ? (state.down ? " ↓" : " ↑") : "")));
  })));
}

const cellClass = (one) => "c-" + one.key + (one.table === 2 ? " wide" : "") + (one.kind === "fen" ? " amount" : "");
let drawn = "";

function rows(force) {
  const scroll = $("scroll"), height = scroll.clientHeight || 600;
  const from = Math.max(0, Math.floor(scroll.scrollTop / ROW) - SPARE);
  const to = Math.min(view.length, from + Math.ceil(height / ROW) + 2 * SPARE);
  if (!force && drawn === from + "-" + to) return;
  drawn = from + "-" + to;
  const held = scroll.contains(document.activeElement) && document.activeElement.tagName === "TR";
  const stop = active >= from && active < to ? active : from;  // one row can always be reached by Tab
  const gap = (count) => make("tr", { class: "gap", "aria-hidden": "true" }, make("td"));
  const before = gap(), after = gap(), shown = [];
  before.style.height = from * ROW + "px";
  after.style.height = (view.length - to) * ROW + "px";
  for (let at = from; at < to; at++) shown.push(line(at, at === stop));
  $("grid").setAttribute("aria-rowcount", view.length + 1);
  $("grid").tBodies[0].replaceChildren(before, ...shown, after);
  $("empty").textContent = view.length ? "" : say(report.count === 0 ? "no_findings" : "nothing");
  $("empty").hidden = view.length > 0;
  if (held && view.length) $("row-" + stop).focus({ preventScroll: true });
}

function line(at, stop) {
  const row = view[at];
  return make("tr", {
    id: "row-" + at, "aria-rowindex": at + 2, tabindex: stop ? 0 : -1, "data-at": at,
  }, inTable.map((one) => {
    const text = one.text(row);
    const inside = one.key === "outcome" ? make("span", { class: "badge is-" + one.value(row) }, text) : text;
    return make("td", { class: cellClass(one), title: text.length > 12 ? text : null }, inside);
  }));
}

function move(to) {
  if (view.length === 0) return;
  active = Math.max(0, Math.min(view.length - 1, to));
  const scroll = $("scroll"), top = active * ROW, room = scroll.clientHeight - $("grid").tHead.offsetHeight;
  if (top < scroll.scrollTop) scroll.scrollTop = top;
  else if (top + ROW > scroll.scrollTop + room) scroll.scrollTop = top + ROW - room;
  rows(true);
  $("row-" + active).focus({ preventScroll: true });
}

$("scroll").addEventListener("scroll", () => rows(false), { passive: true });
addEventListener("resize", () => rows(false));
$("grid").addEventListener("click", (event) => {
  const hit = event.target.closest("tr[data-at]");
  if (!hit) return;
  active = Number(hit.dataset.at);
  open(view[active]);
});
$("grid").addEventListener("keydown", (event) => {
  const hit = event.target.closest("tr[data-at]");
  if (!hit || event.target !== hit) return;
  const at = Number(hit.dataset.at), page = Math.floor($("scroll").clientHeight / ROW) - 2;
  const to = {
    ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: view.length - 1,
  }[event.key];
  if (to === undefined && event.key !== "Enter" && event.key !== " ") return;
  event.preventDefault();
  if (to !== undefined) move(to);
  else { active = at; open(view[at]); }
});

// ---- one finding in full
function open(row) {
  const title = make("h2", { id: "detail-title" }, column.rule.text(row));
  const rest = columns.filter((one) => !["who"].includes(one.key) && one.value(row) !== null && one.text(row) !== "");
  const list = make("dl", {}, rest.flatMap((one) => [make("dt", {}, pick(one.title)), make("dd", {}, full(one, row))]));
  $("detail").replaceChildren(
    make("div", { class: "bar" }, title, make("button", { type: "button", id: "shut", onclick: () => $("detail").close() }, say("close"))),
    list);
  state.open = column.fingerprint.value(row);
  remember();
  if (!$("detail").open) $("detail").showModal();
  $("detail").scrollTop = 0;
  $("shut").focus();
}

function full(one, row) {
  const cell = one.value(row);
  if (one.key === "outcome") return make("span", { class: "badge is-" + cell }, one.text(row));
  if (one.key === "rule") return [one.text(row), " ", make("code", {}, cell)];
  if (one.key === "superseded") {
    const at = column.fingerprint.cells.indexOf(cell);
    return [make("code", {}, cell), at < 0 ? null : [" ", make("button", { type: "button", onclick: () => open(column.fingerprint.index.indexOf(at)) }, say("go"))]].flat();
  }
  if (one.kind === "pairs") {
    return make("dl", {}, Object.entries(cell).flatMap(([name, value]) => [make("dt", { title: name }, named(name)), make("dd", {}, plain(value))]));
  }
  if (one.kind === "evidence") {
    return table(["file", "sheet", "row", "log", "key"], cell.map(([index, at, key]) => {
      const [file, sheet, log] = report.places[index];
      return [file, sheet, at || "", log, key];
    }), say("details"));
  }
  return one.text(row);
}

$("detail").addEventListener("close", () => {
  state.open = "";
  remember();
  if ($("row-" + active)) $("row-" + active).focus();
});
$("detail").addEventListener("click", (event) => { if (event.target === $("detail")) $("detail").close(); });

// ---- charts: each leaves out the choice made in itself, so that the other bars stay
function sums(list, key) {
  const found = new Map(), { fine, min, max, state: standing } = column;
  for (const row of list) {
    const where = standing.value(row);
    if (fine.value(row) === null || where === "waived") continue;
    const name = key(row), one = found.get(name) || { name, free: 0, held: 0, least: 0, most: 0 };
    one[where === "free" ? "free" : "held"] += fine.value(row);
    one.least += min.value(row);
    one.most += max.value(row);
    found.set(name, one);
  }
  return [...found.values()];
}

const optionOf = (one) => (row) => one.options(one.value(row))[0];
const label = (one, code) => (code === "" ? say("none") : one.word(code));
const compare = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function bars(title, one, byName) {
  const found = sums(sifted.without[one.key], optionOf(one));
  found.sort((a, b) => (byName ? 0 : b.free + b.held - a.free - a.held) || compare(a.name, b.name));
  const most = Math.max(1, ...found.map((bar) => bar.free + bar.held));
  const lines = found.map((bar) => {
    const free = make("span", { class: "free" }), held = make("span", { class: "held" });
    free.style.width = (100 * bar.free) / most + "%";
    held.style.width = (100 * bar.held) / most + "%";
    const on = state.chosen[one.key] === bar.name, id = "bar-" + one.key + "-" + bar.name;
    const words = yuan(bar.free + bar.held) + (bar.held ? " · " + column.state.word("held") + " " + yuan(bar.held) : "");
    return make("button", {
      type: "button", class: "bar-line", id, "aria-pressed": String(on),
      onclick: () => { choose({ [one.key]: on ? undefined : bar.name }); refocus(id); },
    }, make("span", { class: "bar-name" }, label(one, bar.name)), make("span", { class: "bar-room", "aria-hidden": "true" }, free, held), make("span", { class: "bar-number" }, words));
  });
  const inside = lines.length ? lines : [make("p", { class: "soft" }, say("no_fines"))];
  return make("section", { class: "chart" }, make("h2", {}, title), make("div", { role: "group", "aria-label": title }, inside));
}

function heat(title, down, across, list, measure, write) {
  const cells = new Map(), downs = new Map(), acrosses = new Set();
  for (const row of list) {
    const amount = measure(row);
    if (!amount) continue;
    const x = optionOf(across)(row), y = optionOf(down)(row);
    cells.set(y + "\n" + x, (cells.get(y + "\n" + x) || 0) + amount);
    downs.set(y, (downs.get(y) || 0) + amount);
    acrosses.add(x);
  }
  const most = Math.max(1, ...cells.values());
  const tops = [...acrosses].sort(compare), sides = [...downs].sort((a, b) => b[1] - a[1] || compare(a[0], b[0]));
  if (!sides.length) return make("section", { class: "chart" }, make("h2", {}, title), make("p", { class: "soft" }, say("nothing")));
  const body = sides.map(([y, total]) => make("tr", {}, make("th", { scope: "row" }, label(down, y)), tops.map((x) => {
    const amount = cells.get(y + "\n" + x);
    if (!amount) return make("td");
    const id = "heat-" + down.key + "-" + y + "-" + x;
    const on = state.chosen[down.key] === y && state.chosen[across.key] === x;
    return make("td", {}, make("button", {
      type: "button", id, class: "heat-" + Math.max(1, Math.ceil((5 * amount) / most)), "aria-pressed": String(on),
      "aria-label": label(down, y) + ", " + label(across, x) + ": " + write(amount),
      onclick: () => { choose({ [down.key]: on ? undefined : y, [across.key]: on ? undefined : x }); refocus(id); },
    }, write(amount)));
  }), make("td", { class: "amount" }, write(total))));
  return make("section", { class: "chart" }, make("h2", {}, title), make("div", { class: "wide-table", tabindex: 0, role: "region", "aria-label": title },
    make("table", { class: "heat" }, make("thead", {}, make("tr", {}, make("th", { scope: "col" }, pick(down.title)), tops.map((x) => make("th", { scope: "col" }, label(across, x))), make("th", { scope: "col", class: "amount" }, "Σ"))), make("tbody", {}, body))));
}

const refocus = (id) => { if ($(id)) $(id).focus(); };

function charts() {
  const { region, rule, month, fine, state: standing } = column;
  const fined = (row) => (standing.value(row) === "waived" ? 0 : fine.value(row));
  $("charts").replaceChildren(
    make("p", { class: "soft" }, say("chart_hint") + " " + say("amounts")),
    make("div", { class: "side" }, bars(say("fines_by_region"), region, false), bars(say("fines_by_month"), month, true)),
    heat(say("fines_region_month"), region, month, view, fined, yuan),
    heat(say("heat"), rule, region, view, () => 1, String));
}

// ---- plain tables: statistics, problems, sources
function table(heads, lines, name, known = true) {
  const room = make("tbody");
  const fill = (some) => room.append(...some.map((cells) => make("tr", {}, cells.map((cell) => make("td", { class: typeof cell === "number" ? "amount" : null }, cell instanceof Node ? cell : plain(cell))))));
  fill(lines.slice(0, FIRST_ROWS));
  const more = lines.length > FIRST_ROWS && make("button", { type: "button", onclick: () => { fill(lines.slice(FIRST_ROWS)); more.remove(); } }, say("more", lines.length));
  return make("div", { class: "wide-table", tabindex: 0, role: "region", "aria-label": name },
    make("table", {}, make("thead", {}, make("tr", {}, heads.map((one) => make("th", { scope: "col" }, known ? say(one) : named(one))))), room), more || null);
}

function statistics() {
  const all = report.statistics, single = all.filter((one) => one.personal);
  const box = make("input", { type: "checkbox", id: "personal", onchange: (event) => { personal = event.target.checked; statistics(); $("personal").focus(); } });
  box.checked = personal;
  $("statistics").replaceChildren(...[
    all.length ? null : make("p", {}, say("no_statistics")),
    single.length ? make("p", {}, make("label", {}, box, " " + say("personal")), personal ? null : make("span", { class: "soft" }, " — " + say("personal_hidden", single.length))) : null,
    ...all.filter((one) => personal || !one.personal).map((one) => make("section", {},
      make("h2", {}, pick(one.title), " ", make("small", { class: "soft" }, one.clause + " · " + one.rule)), figures(one))),
  ].filter(Boolean));
}

// A reason why there is no figure is an outcome; a column in which no row has anything is left out.
function figures(one) {
  const used = one.columns.map((_, at) => at).filter((at) => one.rows.some((row) => row[at] !== null));
  const cell = (row, at) => (one.columns[at] === "outcome" && row[at] !== null ? pick(report.outcomes[row[at]]) : row[at]);
  return table(used.map((at) => one.columns[at]), one.rows.map((row) => used.map((at) => cell(row, at))), pick(one.title), false);
}

function problems() {
  const lines = report.problems.map((one) => [
    make("span", { class: "badge is-" + one.level }, pick(report.levels[one.level])), one.file, one.sheet, one.row, one.column, one.found,
    pick(one.message), pick(one.hint), one.clauses.join(", "),
  ]);
  const heads = ["level", "file", "sheet", "row", "column", "found", "problem", "hint", "clauses"];
  $("problems").replaceChildren(lines.length ? table(heads, lines, say("problems")) : make("p", {}, say("no_problems")));
}

function source() {
  const run = report.run;
  $("source").replaceChildren(
    make("dl", {}, make("dt", {}, say("rules_hash")), make("dd", {}, make("code", {}, run.rules_sha256)), make("dt", {}, say("engine")), make("dd", {}, run.engine),
      run.notes.length ? [make("dt", {}, say("notes")), run.notes.map((note) => make("dd", {}, pick(note)))].flat() : []),
    make("h2", {}, say("inputs")),
    table(["file", "sheet", "log", "rows", "sha256"].map((one) => (one === "sha256" ? one : say(one))), run.inputs, say("inputs"), false));
}

// ---- export and print: all that the filters leave, in the order shown
// A spreadsheet runs cells that begin so as formulas; an apostrophe keeps them text.
const guarded = (text) => (/^[=+\-@\t\r＝＋－＠]/.test(text) ? "'" + text : text);
const quoted = (text) => (/[",\r\n]/.test(text) ? '"' + text.replaceAll('"', '""') + '"' : text);

function csv() {
  const cells = (texts) => texts.map((text) => quoted(guarded(text))).join(",");
  const lines = [cells(columns.map((one) => pick(one.title)).concat("rule"))];
  for (const row of view) lines.push(cells(columns.map((one) => one.text(row)).concat(column.rule.value(row))));
  return "\ufeff" + lines.join("\r\n") + "\r\n";
}

$("export").addEventListener("click", () => {
  const link = make("a", { download: report.run.pack + "-" + report.run.period.replace("/", "_") + ".csv" });
  link.href = URL.createObjectURL(new Blob([csv()], { type: "text/csv" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
$("print").addEventListener("click", () => print());

addEventListener("beforeprint", () => {
  if (state.tab !== "findings") return;
  const used = onPaper.filter((one) => view.some((row) => one.text(row) !== ""));
  const body = view.map((row) => make("tr", {}, used.map((one) => make("td", { class: cellClass(one) }, printed(one, row)))));
  const told = [chosenAny() ? say("filters") + ": " + [state.q, ...Object.entries(state.chosen).map(([key, code]) => label(column[key], code))].filter(Boolean).join(" · ") : null, say("amounts")];
  $("paper").replaceChildren(
    make("p", { class: "soft" }, told.filter(Boolean).join(" — ")),
    make("table", {}, make("thead", {}, make("tr", {}, used.map((one) => make("th", { scope: "col", class: cellClass(one) }, pick(one.title))))), make("tbody", {}, body)),
    view.length ? "" : make("p", {}, say("nothing")));
});
addEventListener("afterprint", () => $("paper").replaceChildren());

// ---- the whole
function shape() {
  tabs();
  tiles();
  lists();
  document.documentElement.dataset.tab = state.tab;
  if (state.tab === "findings") { head(); rows(true); }
  if (state.tab === "charts") charts();
  if (state.tab === "statistics") statistics();
  if (state.tab === "problems") problems();
  if (state.tab === "source") source();
}

// The address says what is shown: at first, and when somebody goes back or changes it.
function start() {
  recall();
  speak();
  const wanted = state.open;
  refresh();
  const at = wanted ? column.fingerprint.cells.indexOf(wanted) : -1;
  if (at >= 0) open(column.fingerprint.index.indexOf(at));
  else $("detail").close();
}

$("search").addEventListener("input", (event) => { state.q = event.target.value; refresh(); });
$("language").addEventListener("click", () => {
  state.lang = state.lang === "en" ? "zh" : "en";
  speak();
  view = sorted(sifted.rows);
  shape();
  remember();
});

// The theme follows the system until somebody chooses.
const dark = matchMedia("(prefers-color-scheme: dark)");
function paint(on) {
  document.documentElement.dataset.theme = on ? "dark" : "light";
  $("theme").setAttribute("aria-pressed", String(on));
}
const follow = () => paint(dark.matches);
dark.addEventListener("change", follow);
$("theme").addEventListener("click", () => {
  dark.removeEventListener("change", follow);
  paint(document.documentElement.dataset.theme !== "dark");
});

addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea, dialog");
  if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    if (!["findings", "charts"].includes(state.tab)) show("findings");
    $("search").focus();
    $("search").select();
  }
  if (event.key === "ArrowDown" && event.target === $("search") && state.tab === "findings") {
    event.preventDefault();
    move(active);
  }
});
addEventListener("hashchange", start);
follow();
start();
document.documentElement.dataset.ready = "true";
})();
