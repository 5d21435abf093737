"""A CSV table of the garden that an importer edits: rows keep their order, bytes their form."""

import csv
import io
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from treatybodies.errors import Fault, InputFaults

Row = dict[str, str]
Key = Callable[[Row], tuple[str, ...]]


class Table:
    """One table in memory; `text` is the file it would be now."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.read = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as cause:
            what = f"the table cannot be read ({cause})"
            raise InputFaults([Fault(path, 0, what, "restore it, saved as UTF-8")]) from cause
        reader = csv.DictReader(io.StringIO(self.read, newline=""))
        self.columns: Sequence[str] = reader.fieldnames or ()
        self._index: dict[str, defaultdict[str, list[Row]]] = {}
        self.rows: list[Row] = [
            {name: row.get(name) or "" for name in self.columns} for row in reader
        ]

    def where(self, **cells: str) -> list[Row]:
        """The rows with all these cells, found by the first of them: it must never be rewritten."""
        (first, value), *others = cells.items()
        if first not in self._index:
            index = self._index[first] = defaultdict(list)
            for row in self.rows:
                index[row[first]].append(row)
        rows = self._index[first].get(value, [])
        return [row for row in rows if all(row[name] == cell for name, cell in others)]

    def insert(self, cells: Row, order: Key) -> Row:
        """Add a row of ``cells`` where the ``order`` of the other rows puts it."""
        unknown = cells.keys() - set(self.columns)
        if unknown:
            what = f"the table has no column {', '.join(sorted(unknown))}"
            raise InputFaults([Fault(self.path, 1, what, "restore the columns of its schema.json")])
        row = {name: cells.get(name, "") for name in self.columns}
        self.place(row, order)
        return row

    def place(self, row: Row, order: Key) -> None:
        """Put ``row``, new or of this table, where ``order`` wants it."""
        self._index.clear()
        self.rows = [each for each in self.rows if each is not row]
        self.rows.insert(bisect_left([order(each) for each in self.rows], order(row)), row)

    def append_after(self, cells: Row, last: Callable[[Row], bool]) -> Row:
        """Add a row of ``cells`` after the last one that ``last`` holds for, else at the end."""
        row = {name: cells.get(name, "") for name in self.columns}
        self._index.clear()
        places = [number for number, each in enumerate(self.rows) if last(each)]
        self.rows.insert(places[-1] + 1 if places else len(self.rows), row)
        return row

    @property
    def text(self) -> str:
        """The table as CSV: quotation marks where a cell needs them, line feeds at the ends."""
        out = io.StringIO()
        writer = csv.DictWriter(out, self.columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(self.rows)
        return out.getvalue()

    @property
    def changed(self) -> bool:
        """Whether the file would be another than the one read."""
        return self.text != self.read


class Tables:
    """The tables of a folder, each read when it is first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._tables: dict[str, Table] = {}

    def __getitem__(self, name: str) -> Table:
        if name not in self._tables:
            self._tables[name] = Table(self.folder / f"{name}.csv")
        return self._tables[name]

    def changed(self) -> Iterator[Table]:
        """The tables whose files would be others now, by name."""
        yield from (self._tables[name] for name in sorted(self._tables) if self[name].changed)
