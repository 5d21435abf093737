"""How many States the page lists for each optional procedure, against ``procedure_counts.csv``."""

from collections import defaultdict

from treatybodies.importers.untc.acts import Act, Reader
from treatybodies.importers.untc.desk import Desk, Sign, act_path
from treatybodies.importers.untc.status import Section


def compare_listed(desk: Desk, reader: Reader, new: list[Act]) -> None:
    """Take up the page's count: States in its section on articles, and those listed elsewhere."""
    listed = _listed(desk, reader)
    for act in new:
        if act.table == "procedure_acceptances":
            listed[act.cells["procedure"]].add(act.cells["party"])
    for row in desk.rows("procedure_counts"):
        procedure = row["procedure"]
        count = len(listed[procedure] | _standing(desk, procedure))
        if str(count) != row["listed"]:
            words = f"{procedure.replace('-', ' ')}: {count} States listed"
            desk.say(Sign.CORRECTED, f"{words}, until now {row['listed']}")
            row["listed"] = str(count)


def _standing(desk: Desk, procedure: str) -> set[str]:
    """The parties whose declaration on the procedure we have and nobody withdrew."""
    withdrawn = {row["response"] for row in desk.rows("withdrawals")}
    return {
        row["party"]
        for row in desk.rows("procedure_acceptances")
        if row["procedure"] == procedure
        and act_path("procedure_acceptances", row).removeprefix("action/") not in withdrawn
    }


def _listed(desk: Desk, reader: Reader) -> dict[str, set[str]]:
    """Procedure → the parties that the page's section of article declarations lists."""
    found: dict[str, set[str]] = defaultdict(set)
    for passage in desk.page.passages:
        if passage.section is Section.ARTICLES:
            for act in reader.acts(passage):
                found[act.cells["procedure"]].add(act.cells["party"])
    return found
