// What is chosen, and what of the findings it leaves; the address says it.
// Full-width letters and digits, as input methods type them, are the same as plain ones.
const folded = (text) => text.normalize("NFKC").toLowerCase();
const IN_WORDS = ["said", "code", "codes", "units"];
const hay = (() => {
  const kept = state.lang, parts = [];
  for (const lang of ["zh", "en"]) {
    state.lang = lang;
    const cells = columns.map((one) => one.texts().map(folded));
    for (let row = 0; row < report.count; row++) {
      let text = parts[row] || "";
      columns.forEach((one, at) => {
        if (lang === "zh" || IN_WORDS.includes(one.kind)) text += "\n" + cells[at][one.index[row]];
      });
      text += "\n" + (lang === "zh" ? folded(String(column.rule.value(row))) : "");
      parts[row] = text;
    }
  }
  state.lang = kept;
  return parts;
})();

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
  view = sorted(sifted.rows.slice());
  active = 0;
  $("scroll").scrollTop = 0;
  shape();
  remember();
}

// Another order changes neither sums nor lists.
function order(key, down) {
  state.sort = key;
  state.down = down;
  view = sorted(sifted.rows.slice());
  active = 0;
  $("scroll").scrollTop = 0;
  head();
  rows(true);
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

