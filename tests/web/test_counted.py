"""What a release uses: the build's counts tell the same as walking through all statements."""

import pytest

from treatybodies.store import Release, select
from treatybodies.web.solutions import own_file


@pytest.mark.parametrize("name", ["classes", "terms"])
def test_what_was_counted_is_what_there_is(name: str, real_release: Release) -> None:
    store = real_release.open(in_memory_quads=10**7)
    counted, walked = (
        [tuple(map(str, row)) for row in select(store, own_file(f"{folder}/{name}").text)]
        for folder in ("counted", "uncounted")
    )
    assert len(counted) > 50
    assert counted == walked
