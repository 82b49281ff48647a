// Plain tables: statistics, problems, sources.
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

