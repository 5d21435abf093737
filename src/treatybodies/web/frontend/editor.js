// The query editor: YASGUI's Yasqe in place of the page's text area. The server makes the results:
// a run fetches the page that the form alone would lead to, and shows its section of results here.
import Yasqe from "@zazuko/yasqe";
import "@zazuko/yasqe/build/yasqe.min.css";
import "./editor.css";
import { completers } from "./completion.js";
import { clearFault, showFault } from "./fault.js";
import { addViews } from "./views.js";

const LONGEST_ADDRESS = 8000; // what browsers, mail programs and proxies pass on
const form = document.getElementById("query-form");
const area = form.querySelector("textarea");
const status = document.getElementById("editor-status");
let running = null;

const editor = start();
addViews(results(), editor.getValue());
showFault(editor, results());
form.addEventListener("submit", (event) => {
  event.preventDefault();
  run();
});
for (const link of document.querySelectorAll("#questions a[data-question]")) {
  link.addEventListener("click", (event) => pick(event, link));
}
addEventListener("popstate", () => location.reload());

function start() {
  const place = document.createElement("div");
  area.before(place);
  const yasqe = new Yasqe(place, {
    value: area.value,
    autocompleters: completers(),
    collapsePrefixesOnLoad: false,
    consumeShareLink: null, // the address has the query, and the server has read it
    createShareableLink: null,
    editorHeight: `${area.offsetHeight}px`,
    extraKeys: keys(),
    persistenceId: null,
    pluginButtons: undefined,
    prefixCcApi: null,
    resizeable: false,
    screenReaderLabel: document.querySelector('label[for="query"]').textContent,
    showQueryButton: false,
    spellcheck: false,
    tabindex: 0,
  });
  yasqe.on("change", () => clearFault(yasqe));
  area.hidden = true;
  document.querySelector('label[for="query"]').addEventListener("click", () => yasqe.focus());
  return yasqe;
}

// Tab leaves the editor, as it leaves any other field.
function keys() {
  return { Tab: false, "Shift-Tab": false, "Ctrl-S": false, "Ctrl-Enter": run, "Cmd-Enter": run };
}

function results() {
  return document.getElementById("results");
}

async function run() {
  const query = editor.getValue();
  area.value = query;
  running?.abort();
  running = new AbortController();
  const { signal } = running;
  form.setAttribute("aria-busy", "true");
  say(form.dataset.running);
  try {
    show(await asked(query, signal), query);
  } catch (cause) {
    if (!signal.aborted) say(`${form.dataset.silent} (${cause.message})`);
  } finally {
    if (!signal.aborted) form.removeAttribute("aria-busy");
  }
}

async function asked(query, signal) {
  const body = new URLSearchParams({ query });
  const answer = await fetch(form.action, { method: "POST", headers: { Accept: "text/html" }, body, signal });
  return section(await answer.text());
}

// Its text came from our own server, escaped; a parsed document runs no scripts.
function section(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const found = page.getElementById("results");
  if (!found) throw new Error("the answer is no page of results");
  return document.adoptNode(found);
}

function show(found, query) {
  results().replaceWith(found);
  addViews(found, query);
  say(found.querySelector("[data-summary]")?.textContent.trim() ?? form.dataset.done);
  clearFault(editor);
  showFault(editor, found);
  const address = `?${new URLSearchParams({ query })}`;
  if (address.length <= LONGEST_ADDRESS) history.pushState(null, "", address);
}

async function pick(event, link) {
  if (event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  const text = await (await fetch(link.href, { headers: { Accept: "text/html" } })).text();
  const page = new DOMParser().parseFromString(text, "text/html");
  editor.setValue(page.querySelector("#query-form textarea").value);
  history.pushState(null, "", link.href);
  link.closest("details").open = false;
  say(form.dataset.holds.replace("{}", link.textContent.trim()));
  editor.focus();
  form.scrollIntoView({ block: "start" });
}

function say(words) {
  status.textContent = words;
}
