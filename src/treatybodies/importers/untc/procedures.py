"""How many States the page lists for each optional procedure, against ``procedure_counts.csv``."""

from collections import defaultdict

from treatybodies.importers.untc.acts import Act, Reader
from treatybodies.importers.untc.desk import Desk, Sign
from treatybodies.importers.untc.status import Section


def compare_listed(desk: Desk, reader: Reader, new: list[Act]) -> None:
    """Take up the page's own count; a procedure without a section of its own counts what is new."""
    listed = _listed(desk, reader)
    for row in desk.rows("procedure_counts"):
        procedure = row["procedure"]
        added = {
            act.cells["party"]
            for act in new
            if act.table == "procedure_acceptances" and act.cells["procedure"] == procedure
        }
        count = len(listed[procedure]) or int(row["listed"]) + len(added)
        if str(count) != row["listed"]:
            words = f"{procedure.replace('-', ' ')}: {count} States listed"
            desk.say(Sign.CORRECTED, f"{words}, until now {row['listed']}")
            row["listed"] = str(count)


def _listed(desk: Desk, reader: Reader) -> dict[str, set[str]]:
    """Procedure → the parties that the page's section of article declarations lists."""
    found: dict[str, set[str]] = defaultdict(set)
    for passage in desk.page.passages:
        if passage.section is Section.ARTICLES:
            for act in reader.acts(passage):
                found[act.cells["procedure"]].add(act.cells["party"])
    return found
