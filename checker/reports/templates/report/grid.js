// The table: only rows that can be seen are in the document.
function head() {
  $("grid").className = column.units.given || column.credit.given ? "full" : "";
  $("grid").tHead.replaceChildren(make("tr", { "aria-rowindex": 1 }, inTable.map((one) => {
    const on = state.sort === one.key;
    return make("th", {
      scope: "col", class: cellClass(one), "aria-sort": on ? (state.down ? "descending" : "ascending") : null,
    }, make("button", {
      type: "button", id: "sort-" + one.key,
      onclick: () => {
        order(one.key, on ? !state.down : one.kind === "fen");  // the largest amounts come first
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
    const inside = one.key === "outcome" ? badge(row) : text;
    return make("td", { class: cellClass(one), title: text.length > 12 ? text : null }, inside);
  }));
}

// What was not judged has another edge as well as another word and colour: it says nothing against anybody.
function badge(row) {
  return make("span", { class: "badge is-" + column.outcome.value(row) + (notJudged(row) ? " quiet" : "") }, column.outcome.text(row));
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

