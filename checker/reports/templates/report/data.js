// The findings page: what it was given, and how it is said. These files stand in the page one after the other as one
// module. Texts from logs reach the document as text nodes only, never as markup.
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
  throw fault;
}

async function unpack(holder) {
  const text = holder.textContent;
  if (holder.type === "application/json") return JSON.parse(text);
  const bytes = Uint8Array.from(atob(text), (one) => one.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return JSON.parse(await new Response(stream).text());
}

// What is chosen; all of it but the theme stands in the address, so that a view can be passed on.
const state = { lang: report.lang, tab: "findings", q: "", sort: "", down: false, open: "", chosen: {} };
let view = [], active = 0, personal = false;

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

// So many smallest parts as a number with its decimals.
function decimal(value, places) {
  if (places === 0) return String(value);
  const digits = String(Math.abs(value)).padStart(places + 1, "0");
  return (value < 0 ? "-" : "") + digits.slice(0, -places) + "." + digits.slice(-places);
}

// What is proposed, and the span where a person decides.
const span = (write, least, most, proposed) => write(proposed) + (least === most ? "" : " (" + write(least) + "~" + write(most) + ")");
const inUnits = ([, places, least, most, proposed]) => span((value) => decimal(value, places), least, most, proposed);

function place([index, row, key]) {
  const [file, sheet] = report.places[index];
  return file + (sheet ? "[" + sheet + "]" : "") + (row ? ":" + row : "") + (key ? " " + key : "");
}

// A column of the findings: work is done once for each distinct cell, not for each row
class Column {
  constructor(given) {
    Object.assign(this, given);
    this.index = given.index || given.cells.map((_, at) => at);
    this.given = given.cells.some((cell) => cell !== null);
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
      case "units": return cell.map((one) => this.word(one[0]) + " " + inUnits(one)).join("; ");
      case "shares": return cell.map(([liable, fen]) => liable + " ￥" + yuan(fen)).join("; ");
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
const inTable = columns.filter((one) => one.table === 1 || (one.table === 2 && one.given));
const notJudged = (row) => report.not_judged.includes(column.outcome.value(row));

