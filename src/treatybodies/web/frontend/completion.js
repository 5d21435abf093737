// Completions from this service alone: its prefixes, its ontology, the properties its data uses.
import Yasqe from "@zazuko/yasqe";

const MOST = 60;
let asked;

// The names of Yasqe's completers to use; ours ask nobody else.
export function completers() {
  Yasqe.forkAutocompleter("prefixes", { name: "our-prefixes", get: prefixLines, persistenceId: null }, false);
  fork("class", "classes");
  fork("property", "properties");
  return ["variables", "our-prefixes", "our-class", "our-property"];
}

function fork(kind, list) {
  Yasqe.forkAutocompleter(
    kind,
    {
      name: `our-${kind}`,
      autoShow: true,
      bulk: false,
      persistenceId: null,
      get: async (yasqe, token) => matches((await terms())[list], token),
      postProcessSuggestion: (yasqe, token, iri) => iri,
      postprocessHints: (yasqe, hints) => hints.map((hint) => shown(yasqe, list, hint)),
    },
    false,
  );
}

function terms() {
  asked ??= fetch("/sparql/terms.json").then(async (answer) => index(await answer.json()));
  return asked;
}

function index({ prefixes, classes, properties }) {
  const known = new Map([...classes, ...properties].map((each) => [each.iri, each]));
  return { prefixes, classes, properties, known };
}

async function prefixLines() {
  const { prefixes } = await terms();
  return Object.entries(prefixes).map(([name, space]) => `${name}: <${space}>`);
}

// What is typed may be the begin of a name, with or without a prefix, or a part of a label.
function matches(list, token) {
  const typed = (token.string ?? "").trim().replace(/^[<:]/, "").toLowerCase();
  const name = typed.slice(typed.indexOf(":") + 1);
  const whole = (token.autocompletionString ?? "").toLowerCase();
  const rank = ({ iri, name: own, label }) => {
    const local = iri.toLowerCase();
    if (whole && local.startsWith(whole)) return 0;
    if (typed.includes(":")) return own.toLowerCase().startsWith(typed) ? 1 : 9;
    if (local.slice(local.search(/[^#/]*$/)).startsWith(name)) return 2;
    return label.toLowerCase().includes(name) ? 3 : 9;
  };
  return list
    .map((each) => [rank(each), each])
    .filter(([order]) => order < 9)
    .sort(([a], [b]) => a - b)
    .slice(0, MOST)
    .map(([, each]) => each.iri);
}

function shown(yasqe, list, hint) {
  return {
    ...hint,
    text: hint.text,
    render: async (element, data, self) => {
      const { name, label, definition } = (await terms()).known.get(self.text);
      const words = document.createElement("span");
      words.className = "about";
      words.textContent = definition || label;
      element.replaceChildren(name, words);
      element.title = definition || label;
    },
    hint: async (editor, data, self) => {
      const { known, prefixes } = await terms();
      const { name } = known.get(self.text);
      editor.replaceRange(name, self.from ?? data.from, self.to ?? data.to, "complete");
      const prefix = name.split(":")[0];
      if (!name.startsWith("<") && !yasqe.getPrefixesFromQuery()[prefix]) {
        yasqe.addPrefixes({ [prefix]: prefixes[prefix] });
      }
    },
  };
}
