"""What several web processes have counted, as one: whoever is asked answers for all.

Each process writes what it has counted to a file of its own, once a second. A process that takes
the place of one that has died goes on from what that had counted.
"""

import json
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.samples import Sample

LOG = logging.getLogger(__name__)
_COUNTED = ("counter", "histogram")
"""What a process leaves behind when it dies; the rest is only true while it lives."""
_Combine = Callable[[Sequence[float]], float]
_NOT_ADDED: dict[str, _Combine] = {
    "treatybodies_limit": max,
    "treatybodies_release_info": max,
    "treatybodies_process_start_time_seconds": min,
    "treatybodies_process_max_fds": min,
}
"""The metrics of a process that say the same in all, by how one is made of several."""


class Siblings:
    """The web processes of a service, seen from number ``number`` of ``count``."""

    def __init__(self, folder: Path, number: int, count: int) -> None:
        self._files = [folder / f"{each}.json" for each in range(count)]
        self._mine = self._files[number]
        self._silent = False
        """It could not be told last time."""
        self._before = [each for each in _read(self._mine) if each.type in _COUNTED]

    def tell(self, families: Iterable[Metric]) -> list[Metric]:
        """Let the others know; returns it, with what was counted in this place before."""
        mine = combined([*families, *self._before])
        new = self._mine.with_suffix(".new")
        try:
            new.write_text(json.dumps(list(map(_written, mine))), encoding="utf-8")
            new.replace(self._mine)
        except OSError as cause:  # no room among the temporary files, which passes
            if not self._silent:
                LOG.warning("other web processes cannot be told what is counted here: %s", cause)
            self._silent = True
        else:
            self._silent = False
        return mine

    def joined(self, families: Iterable[Metric]) -> list[Metric]:
        """All that is counted, of this process to this moment."""
        told = [each for file in self._files if file != self._mine for each in _read(file)]
        return combined([*self.tell(families), *told])


def combined(families: Iterable[Metric]) -> list[Metric]:
    """One of each name: its samples added up, or what `_NOT_ADDED` says."""
    made: dict[str, Metric] = {}
    values: dict[str, dict[tuple[str, tuple[tuple[str, str], ...]], list[float]]] = {}
    for family in families:
        made.setdefault(family.name, Metric(family.name, family.documentation, family.type))
        samples = values.setdefault(family.name, {})
        for sample in family.samples:
            key = sample.name, tuple(sample.labels.items())
            samples.setdefault(key, []).append(sample.value)
    for name, family in made.items():
        combine: _Combine = _NOT_ADDED.get(name, sum)
        family.samples = [
            Sample(sample, dict(labels), combine(numbers))
            for (sample, labels), numbers in values[name].items()
        ]
    return list(made.values())


def _written(family: Metric) -> tuple[str, str, str, list[tuple[str, dict[str, str], float]]]:
    samples = [(each.name, each.labels, each.value) for each in family.samples]
    return family.name, family.documentation, family.type, samples


def _read(file: Path) -> list[Metric]:
    """What a process has told; nothing before its first word."""
    try:
        told = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return []
    families = []
    for name, documentation, kind, samples in told:
        family = Metric(name, documentation, kind)
        family.samples = [Sample(*each) for each in samples]
        families.append(family)
    return families
