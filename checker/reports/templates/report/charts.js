// Charts: each leaves out the choice made in itself, so that the other bars stay
function sums(list, key) {
  const found = new Map(), { fine, state: standing } = column;
  for (const row of list) {
    const where = standing.value(row);
    if (fine.value(row) === null || where === "waived") continue;
    const name = key(row), one = found.get(name) || { name, free: 0, held: 0 };
    one[where === "free" ? "free" : "held"] += fine.value(row);
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
    heat(say("heat"), rule, region, view, (row) => Number(column.outcome.value(row) === "fail"), String),
    heat(say("heat_open"), rule, region, view, (row) => Number(notJudged(row)), String));
}

