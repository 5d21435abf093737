"""Acts that the statements of a page tell: reservations, objections, acceptances, derogations.

Each act is a row of one of the tables; a row names no text, only what the text does.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from treatybodies.importers.table import Row, Tables
from treatybodies.importers.untc.columns import SIGNATURES
from treatybodies.importers.untc.names import Names
from treatybodies.importers.untc.status import Part, Passage, Section, StatusPage
from treatybodies.importers.untc.wording import (
    find_articles,
    in_order,
    is_cross_reference,
    kind_of_words,
    kinds_of_heading,
    occasion,
)

_NOTICE = re.compile(r"C\.\s?N\.\s?\d+\.\d{4}\s?\.\s?TREATIES\s?-\s?[IVX]+\.\d+(?:\.[a-z])?\b")
_REGARDING = re.compile(
    r"\bwith regards? to [^.;“\"]{0,200}|objection to the [^.;“\"]{0,200}", re.I
)
_EXTENSION = re.compile(r"\bexten[ds]|\bprolong|\brenew|continuation", re.I)
_END = re.compile(r"\bterminat|\blift(?:ed|ing)|\brevo(?:k|c)|\bceas|\bend of\b|rescind", re.I)
_BETWEEN_STATES = re.compile(
    r"another (?:state )?party|from (?:a |one )?state party claiming"
    r"|communications? between states",
    re.I,
)
_COMPETENCE = re.compile(
    r"\bcompetence of the (?:said )?Committee|Committee's competence|inquiry", re.I
)
_ACCEPTS = re.compile(r"\brecogni[sz]|\baccepts?\b", re.I)
_LATER = re.compile(r"\b(?:later|future|subsequent)", re.I)
_REFUSES = re.compile(r"not (?:to )?(?:recogni[sz]e|accept)|not consider itself bound", re.I)
_INDIVIDUALS = re.compile(
    r"individuals? (?:or groups?|subject|within)|behalf of individuals|from individuals", re.I
)
_ARTICLES_ONLY = re.compile(r"\[\s*(\d+)\s+and\s+(\d+)\s*\]")


@dataclass(frozen=True)
class Act:
    """One act: the table it belongs to and its cells there."""

    table: str
    cells: Row = field(hash=False)
    unlisted: tuple[str, ...] = ()
    """Articles that its words name and ``provisions.csv`` does not have."""

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What tells it from the other acts under its treaty."""
        kind = self.cells.get("kind") or self.cells.get("article") or ""
        return (self.table, self.cells["party"], self.cells["date"], kind)


@dataclass(frozen=True)
class Treaty:
    """A treaty of ours, as far as its statements are read against it."""

    path: str
    """``icrmw``"""
    articles: frozenset[str]
    """Article numbers that ``provisions.csv`` has."""
    accepted: dict[str, str]
    """Article → procedure, for those that a declaration accepts."""
    refused: dict[str, tuple[str, str]]
    """Article or clause → procedure and its article, for those that apply unless refused."""

    def known(self, articles: Iterable[str]) -> str:
        """Those of ``articles`` that the treaty is known to have, as a cell."""
        return ";".join(in_order(each for each in articles if each in self.articles))

    def unlisted(self, articles: Iterable[str]) -> tuple[str, ...]:
        """Those of ``articles`` that ``provisions.csv`` does not have under the treaty."""
        return tuple(in_order(each for each in articles if each not in self.articles))


def treaty(tables: Tables, path: str) -> Treaty:
    """The treaty at ``path`` with its articles and optional procedures."""
    provisions = tables["provisions"].where(instrument=path, kind="article")
    procedures = tables["procedures"].where(instrument=path, acceptance="declaration")
    return Treaty(
        path,
        frozenset(row["number"] for row in provisions),
        {number: row["procedure"] for row in procedures for number in row["articles"].split(";")},
        dict(_refusable(tables["procedures"].where(instrument=path, acceptance="unless-excluded"))),
    )


def _refusable(procedures: list[Row]) -> Iterator[tuple[str, tuple[str, str]]]:
    for row in procedures:
        articles = row["articles"].split(";")
        for number in (*articles, row["acceptance_clause"].partition("(")[0]):
            yield number, (row["procedure"], articles[0])


class Reader:
    """Reads the statements of one page into acts."""

    def __init__(self, page: StatusPage, treaty: Treaty, names: Names, tables: Tables) -> None:
        self.page = page
        self.treaty = treaty
        self.names = names
        self.tables = tables

    def acts(self, passage: Passage) -> Iterator[Act]:
        """The acts of one statement; none for a predecessor State or a mere reference."""
        party = self.names.party(passage.name)
        if party is None or is_cross_reference(passage.whole):
            return
        match passage.section:
            case Section.ARTICLES:
                yield from self._acceptances(party, passage)
            case Section.OBJECTIONS:
                yield from self._objection(party, passage)
            case Section.NOTIFICATIONS:
                yield from self._notification(party, passage)
            case Section.DECLARATIONS:
                yield from self._declarations(party, passage)

    def _act(
        self, table: str, party: str, date: tuple[str, str], named: Iterable[str] = (), **cells: str
    ) -> Act:
        """An act; ``named`` are the articles of which it keeps those that are known."""
        common = {"party": party, "instrument": self.treaty.path, "source": self.page.graph}
        articles = tuple(named)
        if known := self.treaty.known(articles):
            cells["articles"] = known
        made = {**common, "date": date[0], "date_basis": date[1], **cells}
        return Act(table, made, self.treaty.unlisted(articles))

    def date(self, party: str, passage: Passage, when: str = "") -> tuple[str, str]:
        """Day and its basis: as stated, else that of the State's only consent or signature."""
        if passage.day:
            return passage.day.isoformat(), "stated"
        signed = when == "signature"
        days = {
            row["date"]
            for row in self.tables["treaty_actions"].where(party=party, instrument=self.treaty.path)
            if row["action"] != "denunciation" and (row["action"] in SIGNATURES) == signed
        }
        if len(days) != 1:
            return "", ""
        return days.pop(), "with-signature" if signed else "with-consent"

    def _acceptances(self, party: str, passage: Passage) -> Iterator[Act]:
        listed = not passage.parts
        date = ("", "") if listed else self.date(party, passage)
        note = "The depositary lists the State without a text or a day." if listed else ""
        for article in self._accepted(passage):
            yield self._act(
                "procedure_acceptances",
                party,
                date,
                action="acceptance-of-procedure",
                procedure=self.treaty.accepted[article],
                article=article,
                note=note,
            )

    def _accepted(self, passage: Passage) -> list[str]:
        """The articles whose procedure a declaration accepts."""
        if len(self.treaty.accepted) == 1 or not passage.parts:
            return list(self.treaty.accepted)
        bracketed = [number for pair in _ARTICLES_ONLY.findall(passage.text) for number in pair]
        found = {*find_articles(passage.whole), *bracketed} & self.treaty.accepted.keys()
        for article, procedure in self.treaty.accepted.items():
            if procedure == "inter-state-communications" and _BETWEEN_STATES.search(passage.text):
                found.add(article)
            if procedure == "individual-communications" and _INDIVIDUALS.search(passage.text):
                found.add(article)
        return in_order(found)

    def _objection(self, party: str, passage: Passage) -> Iterator[Act]:
        if not passage.parts:
            return
        date = self.date(party, passage)
        against = self._against(party, passage)
        yield self._act(
            "objections",
            party,
            date,
            against=";".join(against),
            response=self._response(against, passage, date[0]),
            named=find_articles(passage.whole),
            passages="1",
        )

    def _against(self, party: str, passage: Passage) -> list[str]:
        """The States objected to: those of the heading, else one that the text names clearly."""
        heading = " ".join(part.heading for part in passage.parts)
        first = " ".join(found[0] for found in _REGARDING.finditer(passage.text))
        for text, most in ((heading, 20), (first, 1), (passage.text, 1)):
            named = [each for each in self.names.mentioned(_after_by(text)) if each != party]
            if 0 < len(named) <= most:
                return sorted(named)
        return []

    def _response(self, against: list[str], passage: Passage, day: str) -> str:
        """The act objected to, where exactly one act of that State can be meant."""
        if len(against) != 1:
            return ""
        kinds = kinds_of_heading(passage.whole)
        acts = [
            act
            for act in self.tables["declarations"].where(
                instrument=self.treaty.path, party=against[0]
            )
            if act["kind"] in kinds and act["date"] and (not day or act["date"] <= day)
        ]
        if len(acts) != 1:
            return ""
        code = against[0].partition("/")[2].upper()
        known_by = acts[0]["iri_day"] or acts[0]["date"]
        return f"{self.treaty.path}/{code}/{known_by}/{acts[0]['kind']}"

    def _notification(self, party: str, passage: Passage) -> Iterator[Act]:
        if not passage.parts:
            return
        if self.treaty.path != "iccpr":
            yield from self._declarations(party, passage)
            return
        text = passage.whole
        kind = "derogation-termination" if _END.search(text) else "derogation"
        kind = "derogation-extension" if _EXTENSION.search(text) else kind
        yield self._act(
            "derogations",
            party,
            self.date(party, passage),
            kind=kind,
            # Notices are made under article 4 (3); it is not the article derogated from.
            named=(each for each in find_articles(text) if each != "4"),
            notifications=";".join(dict.fromkeys(_notices(text))),
            passages="1",
        )

    def _declarations(self, party: str, passage: Passage) -> Iterator[Act]:
        """One act for each day and kind that the parts of a statement have."""
        found: dict[tuple[tuple[str, str], str], list[tuple[str, str, str]]] = {}
        when, kinds = "", list[str]()
        for part in passage.parts:
            named = kinds_of_heading(part.heading)
            if occasion(part.heading):
                when, kinds = occasion(part.heading), named
            kinds = named or kinds
            basis = "heading" if kinds else "wording"
            worded = kind_of_words(part.text)
            on_procedure = list(self._on_procedure(party, passage, part, when))
            yield from on_procedure
            if not part.text or (on_procedure and not self._other_articles(part)):
                continue
            for kind in kinds or [worded or "unspecified-statement"]:
                basis = basis if kinds or worded else "section"
                date = self.date(party, passage, when)
                found.setdefault((date, kind), []).append((part.heading, part.text, basis))
        for (date, kind), parts in found.items():
            yield self._declaration(party, date, kind, parts)

    def _on_procedure(self, party: str, passage: Passage, part: Part, when: str) -> Iterator[Act]:
        """Acceptances and refusals of optional procedures among the declarations."""
        if not _COMPETENCE.search(part.text):
            return
        date = self.date(party, passage, when)
        articles = set(find_articles(f"{part.heading} {part.text}"))
        refuses = bool(_REFUSES.search(part.text))
        found = {
            (self.treaty.accepted[number], number)
            for number in articles & self.treaty.accepted.keys()
            if not refuses and _ACCEPTS.search(part.text) and not _LATER.search(part.text)
        } | {self.treaty.refused[each] for each in articles & self.treaty.refused.keys() if refuses}
        for procedure, article in sorted(found):
            yield self._act(
                "procedure_acceptances",
                party,
                date,
                action="exclusion-of-procedure" if refuses else "acceptance-of-procedure",
                procedure=procedure,
                article=article,
            )

    def _other_articles(self, part: Part) -> set[str]:
        """Articles of a part that are about no optional procedure."""
        procedures = self.treaty.accepted.keys() | self.treaty.refused.keys()
        return (set(find_articles(part.text)) & self.treaty.articles) - procedures

    def _declaration(
        self, party: str, date: tuple[str, str], kind: str, parts: list[tuple[str, str, str]]
    ) -> Act:
        headed = [each for part in parts for each in find_articles(part[0])]
        worded = [each for part in parts for each in find_articles(part[1])]
        basis = "heading" if self.treaty.known(headed) else "wording"
        named = headed if basis == "heading" else [*headed, *worded]
        return self._act(
            "declarations",
            party,
            date,
            kind=kind,
            kind_basis=min(part[2] for part in parts),
            named=named,
            provision_basis=basis if self.treaty.known(named) else "",
            passages="1",
        )


def _after_by(text: str) -> str:
    """What follows “by”, where the State objected to is named."""
    found = re.search(r"\bby (?:the )?(?:Government of )?(?:the )?(.*)", text)
    return found[1] if found else ""


def _notices(text: str) -> list[str]:
    return [re.sub(r"\s", "", each) for each in _NOTICE.findall(text)]
