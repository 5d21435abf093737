// Where the server says that a query is wrong: the line and the character, marked.
let marks = [];

export function showFault(editor, results) {
  const { line, column } = results.dataset;
  if (!line) return;
  // Beyond the end of its line, the last character stands for the place.
  const length = editor.getLine(line - 1)?.length ?? 0;
  const place = { line: line - 1, ch: Math.max(0, Math.min(column, length) - 1) };
  const last = { line: place.line, ch: length };
  editor.addLineClass(place.line, "background", "fault-line");
  marks.push(editor.getDoc().markText(place, last, { className: "fault" }));
  editor.scrollIntoView(place, 40);
  const link = results.querySelector("a[data-place]");
  link?.addEventListener("click", (event) => {
    event.preventDefault();
    editor.focus();
    editor.getDoc().setCursor(place);
  });
}

export function clearFault(editor) {
  for (const mark of marks) mark.clear();
  marks = [];
  for (let line = 0; line < editor.lineCount(); line += 1) {
    editor.removeLineClass(line, "background", "fault-line");
  }
}
