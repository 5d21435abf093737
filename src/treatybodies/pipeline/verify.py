"""Whether a record agrees with a text of the document it was read from.

The project keeps no full texts. A record (``data/records/``) keeps for each paragraph a digest and
short quotations; whoever has the text can check both. One line of the text is one paragraph, as in
a word processor's plain-text export; blank lines are skipped. A paragraph is found by its digest
wherever it stands, so that a cover page or footnotes moved elsewhere do no harm.
"""

import hashlib
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from heapq import nlargest
from pathlib import Path

from pyoxigraph import Literal, RdfFormat, Store

from treatybodies.errors import Fault, InputFaults
from treatybodies.store import select

LONGEST_QUOTATION = 15
READINGS = """
PREFIX tbo: <https://w3id.org/treatybodies/ontology#>
SELECT ?graph ?digest ?quotation
WHERE {
  GRAPH ?description {
    ?graph a tbo:SourceGraph .
    OPTIONAL { ?graph tbo:textDigest ?digest }
    OPTIONAL { ?graph tbo:quotation ?quotation }
    FILTER(BOUND(?digest) || BOUND(?quotation))
  }
}
ORDER BY ?graph ?quotation
"""


class Kind(StrEnum):
    """What a finding says; only the first is good news."""

    READ = "read"
    PARAGRAPH_NOT_FOUND = "paragraph not found"
    QUOTATION_NOT_FOUND = "quotation not found"
    QUOTATION_TOO_LONG = "quotation too long"
    NOT_READ = "not read"


@dataclass(frozen=True)
class Finding:
    """One thing that the comparison shows, in plain words.

    ``graph`` is the IRI of the paragraph's graph ("" when no graph reads the paragraph); ``line``
    counts the text's lines from 1 (0 when no line is meant).
    """

    kind: Kind
    graph: str
    line: int
    message: str

    @property
    def ok(self) -> bool:
        """Whether record and text agree here."""
        return self.kind is Kind.READ

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        return f"{place}{self.kind}: {self.message}"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of the text, normalised, and the line it stands on."""

    line: int
    text: str

    @property
    def digest(self) -> str:
        """The value a record keeps as ``tbo:textDigest``."""
        return digest(self.text)


@dataclass(frozen=True)
class Reading:
    """What a record says about where one of its graphs was read."""

    graph: str
    digests: frozenset[str]
    quotations: tuple[str, ...]

    @property
    def name(self) -> str:
        """The graph's IRI without the part that all graphs share."""
        return self.graph.rpartition("/graph/")[2]


def verify_record(record_path: Path, text_path: Path) -> list[Finding]:
    """Every agreement and disagreement: graph by graph, then the paragraphs no graph reads.

    Raises `InputFaults` when a file is missing or empty, the record no TriG, the text no UTF-8.
    """
    return check_record(record_path, read_paragraphs(text_path))


def check_record(record_path: Path, paragraphs: Sequence[Paragraph]) -> list[Finding]:
    """The same for the paragraphs of a text in whatever format it was read from."""
    readings = read_readings(record_path)
    known = {value for reading in readings for value in reading.digests}
    unread = [place for place in paragraphs if place.digest not in known]
    findings = [
        finding for reading in readings for finding in check_reading(reading, paragraphs, unread)
    ]
    # A paragraph named as the nearest to a graph is not reported a second time.
    named = {found.line for found in findings if found.kind is Kind.PARAGRAPH_NOT_FOUND}
    findings.extend(_report_unread(place) for place in unread if place.line not in named)
    return findings


def normalize(text: str) -> str:
    """``text`` as it is digested and compared.

    The rule: Unicode normalization form C; every run of white space (spaces of all widths,
    no-break spaces, tabs, soft line breaks) becomes one space; none at either end. Letters, case,
    punctuation and dashes stay as they are.

    >>> normalize("  rose at\\u00a06\\u2009 p.m. ")
    'rose at 6 p.m.'
    """
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()


def digest(text: str) -> str:
    """SHA-256 of the normalised text in UTF-8, as 64 lower-case hexadecimal digits."""
    return hashlib.sha256(normalize(text).encode()).hexdigest()


def split_paragraphs(text: str) -> list[Paragraph]:
    """The non-blank lines of a text, in order; LF, CRLF and CR each end a line."""
    # Not splitlines(): it also cuts at the soft line breaks that word processors leave inside.
    lines = enumerate(re.split(r"\r\n|\r|\n", text), start=1)
    return [Paragraph(line, clean) for line, raw in lines if (clean := normalize(raw))]


def read_paragraphs(path: Path) -> list[Paragraph]:
    """The paragraphs of a UTF-8 text file."""
    raw = _read_bytes(path)
    try:
        paragraphs = split_paragraphs(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as cause:
        line = raw.count(b"\n", 0, cause.start) + 1
        remedy = "save the document as plain text in UTF-8"
        raise InputFaults([Fault(path, line, "the text is not UTF-8", remedy)]) from cause
    if not paragraphs:
        remedy = "give the document's text, one paragraph a line"
        raise InputFaults([Fault(path, 0, "the text is empty", remedy)])
    return paragraphs


def read_readings(path: Path) -> list[Reading]:
    """The readings with a digest or a quotation that a record describes, ordered by graph."""
    digests: defaultdict[str, set[str]] = defaultdict(set)
    quotations: defaultdict[str, dict[str, None]] = defaultdict(dict)  # a set that keeps order
    for solution in select(_load_record(path), READINGS):
        graph = str(solution["graph"]).strip("<>")
        digests[graph].update(_literals(solution["digest"]))
        quotations[graph].update(dict.fromkeys(_literals(solution["quotation"])))
    if not digests:
        what = "the record says of no graph where it was read"
        remedy = "describe each graph as a tbo:SourceGraph (see data/records/README.md)"
        raise InputFaults([Fault(path, 0, what, remedy)])
    return [
        Reading(graph, frozenset(digests[graph]), tuple(quotations[graph])) for graph in digests
    ]


def check_reading(
    reading: Reading, paragraphs: Sequence[Paragraph], unread: Sequence[Paragraph]
) -> Iterator[Finding]:
    """What the text shows about one graph: a single finding ``READ`` when all agrees.

    ``unread`` are the paragraphs that no graph's digest fits: one of them may be the lost one.
    """
    places = [place for place in paragraphs if place.digest in reading.digests]
    faults = list(_check_lengths(reading))
    if reading.digests and not places:
        faults.append(_report_missing(reading, unread))
    else:
        # The graph on the document as such names no paragraph: its quotations may stand anywhere.
        faults.extend(_check_quotations(reading, places or paragraphs))
    if not faults:
        line = places[0].line if places else 0
        message = f"{reading.name}, quotations found: {len(reading.quotations)}"
        faults.append(Finding(Kind.READ, reading.graph, line, message))
    yield from faults


def _check_lengths(reading: Reading) -> Iterator[Finding]:
    for quotation in reading.quotations:
        words = len(normalize(quotation).split(" "))
        if words > LONGEST_QUOTATION:
            message = (
                f"{reading.name} quotes {words} words, {LONGEST_QUOTATION} are allowed"
                f" → shorten “{quotation}”"
            )
            yield Finding(Kind.QUOTATION_TOO_LONG, reading.graph, 0, message)


def _check_quotations(reading: Reading, places: Sequence[Paragraph]) -> Iterator[Finding]:
    for quotation in reading.quotations:
        words = normalize(quotation)
        if words and any(words in place.text for place in places):
            continue
        nearest = _nearest([words], places) or places[0]
        message = (
            f"{reading.name} quotes “{quotation}”; {_first_difference(words, nearest.text)}"
            " → copy the quotation from the paragraph"
        )
        yield Finding(Kind.QUOTATION_NOT_FOUND, reading.graph, nearest.line, message)


def _report_missing(reading: Reading, unread: Sequence[Paragraph]) -> Finding:
    """The finding that no paragraph has the digest, with the one its quotations come nearest to."""
    lost = f"no paragraph has the digest of {reading.name}"
    quotations = [normalize(quotation) for quotation in reading.quotations]
    nearest = _nearest(quotations, unread)
    if nearest is None or not _resembles(quotations, nearest):
        message = f"{lost}, and none resembles it → look for the paragraph in the text"
        return Finding(Kind.PARAGRAPH_NOT_FOUND, reading.graph, 0, message)
    absent = [quotation for quotation in quotations if quotation not in nearest.text]
    where = (
        _first_difference(absent[0], nearest.text)
        if absent
        else "its quotations agree, so the difference lies outside them"
    )
    message = (
        f"{lost}; the nearest is “{_opening(nearest)}”: {where}"
        " → compare it with the text that was read"
    )
    return Finding(Kind.PARAGRAPH_NOT_FOUND, reading.graph, nearest.line, message)


def _report_unread(place: Paragraph) -> Finding:
    message = f"no graph has the digest {place.digest} of “{_opening(place)}”"
    return Finding(Kind.NOT_READ, "", place.line, f"{message} → write its graph")


def _nearest(quotations: Sequence[str], paragraphs: Sequence[Paragraph]) -> Paragraph | None:
    """The paragraph that shares most with the quotations, word by word and in their order."""
    wanted = _words(" ".join(quotations))
    # difflib is slow on long documents: it judges only those with the most words in common.
    likely = nlargest(5, paragraphs, lambda place: len(set(wanted) & set(_words(place.text))))
    return max(likely, key=lambda place: _agreement(wanted, place), default=None)


def _resembles(quotations: Sequence[str], place: Paragraph) -> bool:
    """Whether at least half of the words of one quotation stand in the paragraph in one run."""
    return any(
        2 * _longest_run(_words(quotation), place) >= len(_words(quotation)) > 0
        for quotation in quotations
    )


def _agreement(wanted: Sequence[str], place: Paragraph) -> int:
    blocks = SequenceMatcher(None, wanted, _words(place.text), autojunk=False).get_matching_blocks()
    return sum(block.size**2 for block in blocks)


def _longest_run(wanted: Sequence[str], place: Paragraph) -> int:
    matcher = SequenceMatcher(None, wanted, _words(place.text), autojunk=False)
    return matcher.find_longest_match().size


def _first_difference(quotation: str, text: str) -> str:
    """Where the paragraph first departs from the quotation, said in words."""
    wanted, words = _words(quotation), _words(text)
    longest = SequenceMatcher(None, words, wanted, autojunk=False).find_longest_match()
    start = max(0, longest.a - longest.b)
    window = words[start : start + len(wanted)]
    changes = SequenceMatcher(None, window, wanted, autojunk=False).get_opcodes()
    for tag, low, high, first, last in changes:
        if tag != "equal":
            ours, theirs = " ".join(wanted[first:last]), " ".join(window[low:high])
            return f"the record has “{ours}” where the text has “{theirs}”"
    return "their words are the same, spaces between them differ"


def _words(text: str) -> list[str]:
    """Words, hyphens and apostrophes inside them kept, and punctuation marks one by one."""
    return re.findall(r"\w+(?:[-‐‑’'.]\w+)*|[^\w\s]", text)


def _opening(place: Paragraph) -> str:
    words = place.text.split(" ")
    return " ".join(words[:8]) + (" …" if len(words) > 8 else "")


def _literals(*terms: object) -> list[str]:
    """The texts of those terms that are bound to literals."""
    return [term.value for term in terms if isinstance(term, Literal)]


def _load_record(path: Path) -> Store:
    store = Store()
    try:
        store.load(_read_bytes(path), RdfFormat.TRIG)
    except SyntaxError as cause:
        remedy = "mend the syntax at this place; the parser stopped here"
        raise InputFaults([Fault(path, cause.lineno or 0, str(cause.msg), remedy)]) from cause
    return store


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as cause:
        what = f"the file cannot be read ({cause.strerror})"
        raise InputFaults([Fault(path, 0, what, "give the path of a file")]) from cause
