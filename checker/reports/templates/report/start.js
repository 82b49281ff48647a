// The whole: drawn anew after each choice, and what listens to the reader.
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
  view = sorted(sifted.rows.slice());
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
performance.mark("ready");
document.documentElement.dataset.ready = "true";
