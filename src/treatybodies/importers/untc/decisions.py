"""The file of decisions: an importer adds to it, and never touches what stands there."""

from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse

from treatybodies.errors import Fault, InputFaults
from treatybodies.namespaces import BASE

RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
TBO = f"{BASE}ontology#"
SET_ASIDE = f"{BASE}scheme/decision-outcome/set-aside"
_HEADING = (
    "    # ==== What the depositary's later pages changed (added by treatybodies import untc)\n"
)


class Decisions:
    """``data/decisions.trig``, as text that grows at its end."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.read = self.text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as cause:
            what = f"the decisions cannot be read ({cause})"
            raise InputFaults([Fault(path, 0, what, "restore the file, saved as UTF-8")]) from cause
        self._triples = self._parse()

    def _parse(self) -> frozenset[Triple]:
        try:
            quads = list(parse(self.text, format=RdfFormat.TRIG))
        except SyntaxError as cause:
            what = f"no valid TriG ({cause.msg})"
            raise InputFaults([Fault(self.path, cause.lineno or 0, what, "mend it")]) from cause
        return frozenset(quad.triple for quad in quads)

    @property
    def changed(self) -> bool:
        """Whether decisions were added."""
        return self.text != self.read

    def sets_aside(self, thing: str, property_name: str, value: str) -> str:
        """The decision that sets aside this value of ``thing``, or nothing."""
        about = {
            (RDF + "subject", NamedNode(f"{BASE}id/{thing}")),
            (RDF + "predicate", NamedNode(TBO + property_name)),
            (TBO + "outcome", NamedNode(SET_ASIDE)),
        }
        for decision in {triple.subject for triple in self._triples}:
            said = {(t.predicate.value, t.object) for t in self._triples if t.subject == decision}
            values = {o.value for p, o in said if p == RDF + "object" and isinstance(o, Literal)}
            if about <= said and value in values:
                return str(decision).strip("<>").removeprefix(BASE)
        return ""

    def set_aside(self, name: str, thing: str, statement: str, graph: str, reason: str) -> None:
        """Add the decision ``name`` that sets aside ``statement`` (predicate and object)."""
        predicate, _, value = statement.partition(" ")
        self._add(
            f"<id/decision/{name}>",
            f"    <id/decision/{name}> a tbo:Decision ;",
            f"        rdf:subject <id/{thing}> ;",
            f"        rdf:predicate {predicate} ;",
            f"        rdf:object {value} ;",
            f"        tbo:inGraph <graph/{graph}> ;",
            "        tbo:outcome decision-outcome:set-aside ;",
            f"        tbo:reason {Literal(reason, language='en')} .",
        )

    def retract(self, thing: str, label: str, reason: str) -> None:
        """Say that an act, all of whose statements are set aside, is a retracted one."""
        self._add(
            f"<id/{thing}> a tbo:RetractedAct",
            f"    <id/{thing}> a tbo:RetractedAct ;",
            f"        <{SKOS}prefLabel> {Literal(label, language='en')} ;",
            f"        <{SKOS}note> {Literal(reason, language='en')} .",
        )

    def _add(self, name: str, *lines: str) -> None:
        """Put ``lines`` at the end of the graph, unless ``name`` stands in the file."""
        if name in self.text:
            return
        body, brace, rest = self.text.rpartition("}")
        heading = "" if _HEADING in body else "\n" + _HEADING
        added = "\n".join(lines)
        self.text = f"{body.rstrip()}\n{heading}\n{added}\n{brace}{rest}"
        before, self._triples = self._triples, self._parse()
        assert before <= self._triples, "a decision was lost"
