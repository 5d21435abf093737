"""Every treaty of the tables, printed as the depositary prints it, reads back as it was."""

from datetime import date
from pathlib import Path

import pytest
from saved_pages import SavedPage, read, rows_of

from treatybodies.importers.untc.dates import in_words
from treatybodies.importers.untc.desk import Sign
from treatybodies.importers.untc.importing import import_pages
from treatybodies.paths import Garden, default_garden

TREATIES = read(default_garden().tables, "instruments")


@pytest.mark.parametrize("treaty", TREATIES, ids=lambda row: row["instrument"])
def test_a_page_of_the_tables_changes_nothing(
    treaty: dict[str, str], garden: Garden, tmp_path: Path
) -> None:
    """Its acts and the depositary's counts agree; statements, which it lacks, are only told."""
    registered = in_words(date.fromisoformat(treaty["registration_date"]))
    page = SavedPage(
        reference=treaty["reference"],
        title=treaty["title"],
        force=in_words(date.fromisoformat(treaty["entry_into_force"])),
        registration=f"{registered}, No. {treaty['registration_number']}",
        series=treaty["series"],
        as_of=date.fromisoformat(treaty["as_of"]),
        counts=f"Signatories : {treaty['signatories']}. Parties : {treaty['parties']}",
        rows=rows_of(garden.tables, treaty["instrument"]),
    )

    done = import_pages(garden, [page.write(tmp_path)], {})

    (compared,) = done.pages
    assert {change.sign for change in compared.changes} <= {Sign.NOTICE}
    assert not done.files
