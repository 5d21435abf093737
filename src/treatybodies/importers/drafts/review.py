"""A person's word on a draft: reject graphs of it, accept the rest as a record.

The file is edited, not written anew, so that what a curator wrote into it stays as it is: comments,
order and further statements. That the edit did what it should is then checked quad by quad.
"""

import re
from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from treatybodies.errors import DraftExists, DraftRefused, Fault, InputFaults
from treatybodies.importers.drafts.folder import NOTE, STATUS, DraftFile, read_draft, replace_file
from treatybodies.namespaces import GRAPH, tbo
from treatybodies.paths import Garden
from treatybodies.pipeline.verify import Paragraph, check_record

PROPOSED, ACCEPTED, REJECTED = "proposed", "accepted", "rejected"
_NOTE_LINE = re.compile(r'^[ \t]*skos:editorialNote "(?:[^"\\\n]|\\.)*"@[a-z]+ ;\n', re.M)


def reject(path: Path, places: Iterable[str]) -> DraftFile:
    """Mark graphs of a draft, each by the name of its place (``p5``), as rejected.

    Raises `InputFaults` with the places that the draft does not have, or that are decided.
    """
    draft = read_draft(path)
    text = path.read_text(encoding="utf-8")
    graphs = {graph.rpartition("/")[2]: graph for graph in draft.graphs(PROPOSED)}
    unknown = [place for place in places if place not in graphs]
    if unknown:
        remedy = f"name some of {', '.join(sorted(graphs)) or 'none: all are decided'}"
        raise InputFaults(
            [Fault(path, 0, f"no proposed graph “{each}”", remedy) for each in unknown]
        )
    for place in places:
        text = _set_status(path, text, graphs[place], REJECTED)
    replace_file(path, text)
    return read_draft(path)


def accept(path: Path, paragraphs: list[Paragraph], garden: Garden, force: bool = False) -> Path:
    """Turn a draft that agrees with its text into a record of ``garden``; the record's path.

    Rejected graphs are left out. Raises `DraftRefused` with every disagreement, `DraftExists` when
    there is such a record and ``force`` is not given.
    """
    draft = read_draft(path)
    wrong = [str(finding) for finding in check_record(path, paragraphs) if not finding.ok]
    if wrong:
        raise DraftRefused(
            [*wrong, "the draft does not agree with the text → mend it, or its text"]
        )
    if not draft.graphs(PROPOSED):
        raise DraftRefused([f"{path} proposes nothing → is it a draft?"])
    record = garden.records / path.name
    if record.exists() and not force:
        raise DraftExists(f"{record} exists → compare both, then give --force to replace it")
    text = _accepted_text(draft)
    _check_edit(draft, text)
    replace_file(record, text)
    path.unlink()
    return record


def _accepted_text(draft: DraftFile) -> str:
    text = draft.path.read_text(encoding="utf-8")
    text = text.replace("review-status:proposed", "review-status:accepted")
    text = _NOTE_LINE.sub("", text)
    for graph in draft.graphs(REJECTED):
        block = re.compile(
            rf"(?:^#[^\n]*\n\n?)?^<graph/doc/{re.escape(graph)}> \{{\n.*?^\}}\n+", re.M | re.S
        )
        text = block.sub("", text, count=1)
    return text.replace(
        "machine-read, to be reviewed. Licence", "machine-read, then accepted by a curator. Licence"
    ).replace("# Draft of ", "# Record of ", 1)


def _check_edit(draft: DraftFile, text: str) -> None:
    """Raise `InputFaults` when the edited text does not state just what was accepted."""
    rejected = {NamedNode(f"{GRAPH}doc/{graph}") for graph in draft.graphs(REJECTED)}
    wanted = {
        _decided(quad)
        for quad in draft.quads
        if quad.predicate != NOTE and quad.graph_name not in rejected
    }
    if set(parse(text.encode(), format=RdfFormat.TRIG)) != wanted:
        what = "its layout is not that of a draft, so that statuses and notes cannot be changed"
        remedy = "keep one statement of tbo:reviewStatus and skos:editorialNote a line, as drafted"
        raise InputFaults([Fault(draft.path, 0, what, remedy)])


def _decided(quad: Quad) -> Quad:
    if quad.predicate == tbo("reviewStatus") and quad.object == NamedNode(STATUS + PROPOSED):
        return Quad(quad.subject, quad.predicate, NamedNode(STATUS + ACCEPTED), quad.graph_name)
    return quad


def _set_status(path: Path, text: str, graph: str, status: str) -> str:
    """``text`` with the status of one graph changed in its description."""
    description = re.compile(
        rf"(<graph/doc/{re.escape(graph)}> a tbo:SourceGraph ;[^\x00]*?review-status:)(\w+)"
    )
    found = description.search(text)
    if found is None:
        what = f"the description of {graph} is not laid out as drafted"
        raise InputFaults([Fault(path, 0, what, "restore the line of its tbo:reviewStatus")])
    return text[: found.start(2)] + status + text[found.end(2) :]
