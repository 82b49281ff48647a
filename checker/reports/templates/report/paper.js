const FEW_ROWS = 3;

// Export and print: all that the filters leave, in the order shown
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

// On paper each finding is a few lines, under the heading of its outcome, so that what was not judged stands apart.
function entry(row) {
  const told = (keys) => keys.filter((key) => column[key].text(row) !== "").map((key) => pick(column[key].title) + ": " + column[key].text(row)).join(" · ");
  const line = (text) => (text ? make("p", {}, text) : null);
  return make("div", { class: "entry" },
    make("p", { class: "top" }, make("span", {}, ["clause", "who", "at"].map((key) => column[key].text(row)).filter(Boolean).join(" · ")), make("span", { class: "amount" }, proposal(row))),
    make("p", {}, column.message.text(row) + " — ", make("span", { class: "soft" }, column.rule.text(row), " ", make("code", {}, column.rule.value(row)))),
    line(told(["shares", "measures", "state", "holds", "liable", "to", "waiver", "marks"])),
    make("p", { class: "soft" }, places(row), " ", make("code", {}, column.fingerprint.value(row).slice(0, 8))));
}

// Fine, reward and what is no money in one line.
function proposal(row) {
  const { fine, min, max, credit, credit_min, credit_max, units, credit_units } = column;
  const amount = (one, least, most, sign) => (one.value(row) === null ? "" : sign + span(money, least.value(row), most.value(row), one.value(row)));
  return [amount(fine, min, max, ""), units.text(row), amount(credit, credit_min, credit_max, "+"), credit_units.text(row)].filter(Boolean).join(" · ");
}

// A finding that rests on many rows would fill the paper; the page has them all.
function places(row) {
  const cell = column.evidence.value(row) || [];
  return cell.slice(0, FEW_ROWS).map(place).join("; ") + (cell.length > FEW_ROWS ? "; " + say("more_rows", cell.length - FEW_ROWS) : "");
}

function group(name) {
  const rows = view.filter((row) => column.outcome.value(row) === name);
  if (rows.length === 0) return [];
  const note = report.not_judged.includes(name) ? "not_judged" : name === "missed" ? "missed" : "";
  return [make("section", { class: "group" }, make("h2", {}, pick(report.outcomes[name]) + " " + rows.length), note ? make("p", { class: "soft" }, say(note)) : null, rows.map(entry))];
}

addEventListener("beforeprint", () => {
  if (state.tab !== "findings") return;
  const chosen = Object.entries(state.chosen).map(([key, code]) => label(column[key], code));
  const told = [chosenAny() ? say("filters") + ": " + [state.q, ...chosen].filter(Boolean).join(" · ") : null, say("amounts")];
  $("paper").replaceChildren(
    make("p", { class: "soft" }, told.filter(Boolean).join(" — ")),
    ...Object.keys(report.outcomes).flatMap(group),
    view.length ? "" : make("p", {}, say("nothing")));
});
addEventListener("afterprint", () => $("paper").replaceChildren());
