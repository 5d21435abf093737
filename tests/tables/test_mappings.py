"""Every cell of every table must reach the graph: no mapping may drop a column in silence."""

from pathlib import Path

import pytest

from treatybodies.pipeline.tables import Table, map_rows, read_table

TABLES = sorted((Path(__file__).resolve().parents[2] / "data" / "tables").glob("*.csv"))


def _columns() -> list[tuple[Table, str]]:
    tables = [read_table(path) for path in TABLES]
    return [
        (table, column)
        for table in tables
        for column in sorted({name for _, row in table.rows for name in row})
        if column not in table.mapping.head.ignored and column != "source"
    ]


@pytest.mark.parametrize(
    ("table", "column"), _columns(), ids=lambda each: getattr(each, "path", Path(str(each))).stem
)
def test_every_column_makes_a_difference(table: Table, column: str) -> None:
    """Mapped without the column, its rows say less: a BIND out of scope would not show this."""
    rows = [(line, row) for line, row in table.rows if column in row][:40]
    without = [(line, {k: v for k, v in row.items() if k != column}) for line, row in rows]

    assert set(map_rows(table, rows)) != set(map_rows(table, without))
