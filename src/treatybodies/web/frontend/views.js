// Views of a result: the server's table, or the text of a format, fetched when it is asked for.
export function addViews(results, query) {
  const place = results.querySelector("[data-views]");
  const table = results.querySelector("[data-table]");
  if (!place || !table) return;
  const text = document.createElement("pre");
  text.className = "raw";
  text.tabIndex = 0;
  text.hidden = true;
  table.after(text);
  const names = { Table: place.dataset.tableName, Raw: place.dataset.rawName }; // in the page's language
  const buttons = new Map();
  const choose = async (name) => {
    for (const [each, button] of buttons) button.setAttribute("aria-pressed", String(each === name));
    table.hidden = name !== "Table";
    text.hidden = !table.hidden;
    if (!table.hidden) return;
    text.setAttribute("aria-label", name);
    text.textContent = "…";
    text.textContent = await fetched(query, place.dataset[name.toLowerCase()]);
  };
  for (const name of ["Table", "Raw", "CSV"]) {
    if (name !== "Table" && !place.dataset[name.toLowerCase()]) continue;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = names[name] ?? name;
    button.setAttribute("aria-pressed", String(name === "Table"));
    button.addEventListener("click", () => choose(name));
    buttons.set(name, button);
  }
  place.replaceChildren(...buttons.values());
  for (const header of table.querySelectorAll("th[data-column]")) addSorting(header);
}

async function fetched(query, type) {
  const body = new URLSearchParams({ query });
  const answer = await fetch("/sparql", { method: "POST", headers: { Accept: type }, body });
  const text = await answer.text();
  return type.endsWith("json") && answer.ok ? JSON.stringify(JSON.parse(text), null, 1) : text;
}

// A click on a column's name sorts by it: numbers as numbers, all else as a reader would.
function addSorting(header) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "sort";
  button.append(...header.childNodes);
  header.append(button);
  button.addEventListener("click", () => sort(header));
}

function sort(header) {
  const down = header.getAttribute("aria-sort") === "ascending";
  for (const each of header.parentElement.cells) each.removeAttribute("aria-sort");
  header.setAttribute("aria-sort", down ? "descending" : "ascending");
  const body = header.closest("table").tBodies[0];
  const order = new Intl.Collator("en", { numeric: true });
  const key = (row) => row.cells[header.cellIndex].textContent.trim();
  const rows = [...body.rows].sort((a, b) => order.compare(key(a), key(b)));
  body.append(...(down ? rows.reverse() : rows));
}
