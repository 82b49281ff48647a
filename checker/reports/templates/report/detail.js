// One finding in full: what it says, why, on which rows, and how to see each step of the judgement.
const SPANS = { min: "fine", max: "fine", credit_min: "credit", credit_max: "credit" };

function open(row) {
  const title = make("h2", { id: "detail-title" }, column.rule.text(row));
  const settled = (one) => one.key in SPANS && one.value(row) === column[SPANS[one.key]].value(row);
  const rest = columns.filter((one) => !["who", "message"].includes(one.key) && one.text(row) !== "" && !settled(one));
  const list = make("dl", {}, rest.flatMap((one) => [make("dt", {}, pick(one.title)), make("dd", {}, full(one, row))]));
  $("detail").replaceChildren(...[
    make("div", { class: "bar" }, title, make("button", { type: "button", id: "shut", onclick: () => $("detail").close() }, say("close"))),
    make("p", {}, make("b", {}, column.message.text(row))),
    notJudged(row) ? make("p", { class: "note" }, say("not_judged")) : null,
    column.outcome.value(row) === "missed" ? make("p", { class: "note" }, say("missed")) : null,
    list, steps(row),
  ].filter(Boolean));
  state.open = column.fingerprint.value(row);
  remember();
  if (!$("detail").open) $("detail").showModal();
  $("detail").scrollTop = 0;
  $("shut").focus();
}

function full(one, row) {
  const cell = one.value(row);
  if (one.key === "outcome") return badge(row);
  if (one.key === "rule") return [one.text(row), " ", make("code", {}, cell)];
  if (one.key === "superseded") {
    const at = column.fingerprint.cells.indexOf(cell);
    return [make("code", {}, cell), at < 0 ? null : [" ", make("button", { type: "button", onclick: () => open(column.fingerprint.index.indexOf(at)) }, say("go"))]].flat();
  }
  if (one.kind === "shares") return make("dl", {}, cell.flatMap(([liable, fen]) => [make("dt", {}, liable), make("dd", {}, "￥" + yuan(fen))]));
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

// The command that shows each step. What a shell might act on never stands in it: names are left out unless they are plain.
// A tally adds up other findings and has no steps of its own.
function steps(row) {
  if (column.kind.value(row) === "tally") return null;
  const { period, as_of } = report.run, plainWord = (text) => /^[\p{L}\p{N}][\p{L}\p{N}_.-]*$/u.test(text);
  const [subject] = Object.values(column.subject.value(row) || {}).filter(Boolean).map(String), record = column.record.value(row);
  const told = ["checker explain", column.rule.value(row), "--rules RULES --logs LOGS --period", period, "--as-of", as_of];
  if (subject && plainWord(subject)) told.push("--subject", subject);
  if (record && plainWord(record.key)) told.push("--record", record.key);
  return make("div", {}, make("h3", {}, say("steps")), make("p", {}, make("code", {}, told.join(" "))));
}

$("detail").addEventListener("close", () => {
  state.open = "";
  remember();
  if ($("row-" + active)) $("row-" + active).focus();
});
$("detail").addEventListener("click", (event) => { if (event.target === $("detail")) $("detail").close(); });

