"""Status pages as a browser would save them, written small in the depositary's structure."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from html import escape
from pathlib import Path

from treatybodies.importers.untc.importing import Import

Importing = Callable[..., Import]
"""Import pages and write what they change; keywords explain participants."""
SHARED = Path(__file__).resolve().parents[4] / "shared" / "untc"
"""Real pages, where this checkout lies beside them."""
REAL_PAGES = sorted(SHARED.glob("*.html"))

P = "ctl00_ctl00_ContentPlaceHolder1_ContentPlaceHolderInnerPage_"
SIGNATURE = "Signature, Succession to signature(d)"
CONSENT = "Ratification, Acceptance(A), Accession(a), Succession(d), Formal confirmation(c)"
MARKS = {
    "acceptance": " A",
    "accession": " a",
    "formal-confirmation": " c",
    "succession": " d",
    "succession-to-signature": " d",
}


def printed(day: date) -> str:
    """A day in the table of participants, with the depositary's tab."""
    return f"{day.day} {day:%b}\t {day.year}"


@dataclass
class SavedPage:
    """One page; change what the test is about, then `write` it."""

    reference: str = "IV-13"
    title: str = (
        "International Convention on the Protection of the Rights of All Migrant Workers "
        "and Members of their Families"
    )
    concluded: str = "New York, 18 December 1990"
    force: str = "1 July 2003, in accordance with article 87(1)."
    registration: str = "1 July 2003, No. 39481"
    series: str = "United Nations, <i>Treaty Series</i>, vol. 2220, p. 3"
    as_of: date = date(2026, 2, 3)
    counts: str = ""
    """The line “Status”; when empty, made from the rows."""
    headings: Sequence[str] = (SIGNATURE, CONSENT)
    rows: dict[str, list[str]] = field(default_factory=dict)
    """Participant as printed (HTML) → its cells."""
    declarations: list[tuple[str, str]] = field(default_factory=list)
    objections: list[tuple[str, str]] = field(default_factory=list)
    articles: list[tuple[str, str]] = field(default_factory=list)
    notifications: list[tuple[str, str]] = field(default_factory=list)
    territories: list[tuple[str, str, str]] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)

    def status(self) -> str:
        """The depositary's own counts."""
        signed = sum(_counts(cells[:1]) for cells in self.rows.values())
        bound = sum(_counts(cells[1:]) for cells in self.rows.values())
        return self.counts or f"Signatories : {signed}. Parties : {bound}"

    def html(self) -> str:
        """The page."""
        link = f"./ViewDetails.aspx?src=TREATY&amp;mtdsg_no={self.reference}&amp;clang=_en"
        return f"""<!DOCTYPE html><html lang="en"><head>
<meta http-equiv="Content-Type" content="text/html; charset=utf-8" /><title>UNTC</title></head>
<body><form method="post" action="{link}" id="aspnetForm">
<div id="{P}div3">STATUS AS AT : {self.as_of:%d-%m-%Y} 10:16:18 EDT</div>
<div id="{P}rptTreaty_ctl00_tcTreaty">13. {escape(self.title)}</div>
<div id="{P}rptTreaty_ctl00_tcText">{self.concluded}</div>
<div id="{P}rptEIF_ctl00_tcText">{self.force}</div>
<div id="{P}rptRegistration_ctl00_tcText">{self.registration}</div>
<div id="{P}rptStatus_ctl00_tcText">{self.status()}</div>
<div id="{P}rptText_ctl00_tcText"><Text>{self.series}</text></div>
<table id="{P}tblgrid"><tr class="thead-one"><td>Participant<br></td>
{"".join(f"<td>{heading}<br></td>" for heading in self.headings)}</tr>
{"".join(self._row(name, cells) for name, cells in self.rows.items())}</table>
{_statements("dgDec", "divText", self.declarations)}
{_statements("dgObj", "divText", self.objections)}
{_statements("dgDecUnderArticle", "divText", self.articles)}
{_statements("dgNotifications", "divNotificationText", self.notifications)}
{self._territories()}
<table id="{P}dgNotesAll">{"".join(self._note(*each) for each in self.notes.items())}</table>
</form></body></html>"""

    def _row(self, name: str, cells: Iterable[str]) -> str:
        tds = "".join(f"<td>{cell or '&nbsp;'}<br></td>" for cell in cells)
        return f'<tr class="trBWhite"><td>{name}<br></td>{tds}</tr>\n'

    def _territories(self) -> str:
        rows = "".join(
            f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
            for cells in (("Participant", "Date of receipt", "Territories"), *self.territories)
        )
        return f'<table id="{P}tblDec">{rows if self.territories else ""}</table>'

    def _note(self, number: str, text: str) -> str:
        name = f"{P}dgNotesAll_ctl0{number}_divNotesAll"
        return f'<tr><td><div id="{name}"><a name="{number}">{number}</a>{text}</div></td></tr>'

    def write(self, folder: Path, name: str = "page.html") -> Path:
        """Save the page in ``folder``."""
        path = folder / name
        path.write_text(self.html(), encoding="utf-8")
        return path


def _counts(cells: Iterable[str]) -> bool:
    return any(cell.strip() and "[" not in cell for cell in cells)


def _statements(table: str, kind: str, statements: list[tuple[str, str]]) -> str:
    cells = "".join(
        f'<tr><td><div id="{P}{table}_ctl{number}_divMainText"></div>'
        f'<div id="{P}{table}_ctl{number}_divParticipant">{name}</div>'
        f"<div id=\"{P}{table}_ctl{number}_{kind}\"><p class='invisible'>{name}</p>{text}</div>"
        "</td></tr>"
        for number, (name, text) in enumerate(statements, start=10)
    )
    return f'<table id="{P}{table}">{cells}</table>'


def mark(*numbers: int) -> str:
    """References to end notes, as the depositary prints them."""
    links = ", ".join(f"<A href='#{each}' class='noteIndex'>{each}</A>" for each in numbers)
    return f" <SUP>{links} </SUP>"


def rows_of(tables: Path, instrument: str, parties: Iterable[str] = ()) -> dict[str, list[str]]:
    """The rows that the tables would make on a page, all or those of some ``parties``."""
    names = {row["party"]: row["name_en"] for row in read(tables, "parties")}
    wanted = set(parties)
    actions = [row for row in read(tables, "treaty_actions") if row["instrument"] == instrument]
    left = {row["party"]: row["date"] for row in actions if row["action"] == "denunciation"}
    rows: dict[str, list[str]] = {}
    for row in actions:
        party, action = row["party"], row["action"]
        if action == "denunciation" or (wanted and party not in wanted):
            continue
        marks = mark(*map(int, row["endnotes"].split(";"))) if row["endnotes"] else ""
        cells = rows.setdefault((row["participant"] or names[party]) + marks, ["", ""])
        text = printed(date.fromisoformat(row["date"])) + MARKS.get(action, "")
        out = left.get(party, "") > row["date"]
        cells["signature" not in action] = f"[{text}]" if out else text
    return rows


def read(tables: Path, name: str) -> list[dict[str, str]]:
    """The rows of a table."""
    with (tables / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(tables: Path, name: str, rows: list[dict[str, str]]) -> None:
    """Replace the rows of a table."""
    columns = list(rows[0])
    with (tables / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
