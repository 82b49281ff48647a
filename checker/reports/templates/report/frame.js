// Above the findings: the parts of the page, the totals, the lists to choose from.
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
  const outcomes = report.totals.map(([name, count]) => {
    const inside = [make("span", {}, pick(report.outcomes[name])), make("b", {}, String(count))];
    if (!listed.has(name)) return make("div", { class: "tile" }, ...inside);
    const on = state.chosen.outcome === name;
    return make("button", {
      type: "button", class: "tile", "aria-pressed": String(on), id: "outcome-" + name,
      onclick: () => { choose({ outcome: on ? undefined : name }); $("outcome-" + name).focus(); },
    }, ...inside);
  });
  $("totals").replaceChildren(...outcomes, ...added(view));
}

// What is in the view added up: fines, what is no money and rewards apart, never one from the other.
function added(rows) {
  const fines = summed(rows, column.fine, column.min, column.max), rewards = summed(rows, column.credit, column.credit_min, column.credit_max);
  const tile = (words, amount, range) => make("div", { class: "tile" }, make("span", {}, words), make("b", {}, amount), range ? make("small", {}, range) : null);
  const between = (sum) => (sum.least === sum.most ? null : money(sum.least) + "~" + money(sum.most));
  const units = (one, title, sign) => unitSums(rows, one).map((sum) => tile(title + " " + one.word(sum[0]), sign + inUnits(sum)));
  return [
    tile(say("proposed"), money(fines.whole), between(fines)), tile(say("settled"), money(fines.free)),
    ...units(column.units, say("besides"), ""),
    column.credit.given ? tile(say("rewards"), "+" + money(rewards.whole), between(rewards)) : null,
    ...units(column.credit_units, say("rewards"), "+"),
  ].filter(Boolean);
}

function summed(rows, proposed, least, most) {
  const sum = { whole: 0, free: 0, least: 0, most: 0 };
  for (const row of rows) {
    const where = column.state.value(row);
    if (proposed.value(row) === null || where === "waived") continue;
    sum.whole += proposed.value(row);
    if (where === "free") sum.free += proposed.value(row);
    sum.least += least.value(row);
    sum.most += most.value(row);
  }
  return sum;
}

// Units are never divided: of a shared penalty each who is liable gets them in full.
function unitSums(rows, one) {
  const found = new Map();
  if (!one.given) return [];
  for (const row of rows) {
    if (one.value(row) === null || column.state.value(row) === "waived") continue;
    const heads = one === column.units ? (column.shares.value(row) || [0]).length : 1;
    for (const [unit, places, ...amounts] of one.value(row)) {
      const old = found.get(unit) || [unit, places, 0, 0, 0];
      found.set(unit, [unit, places, ...amounts.map((amount, at) => old[at + 2] + heads * amount)]);
    }
  }
  return [...found.values()];
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

