"""What all tests share: the project's own data, assembled once."""

from pathlib import Path

import pytest
from pyoxigraph import Store

from treatybodies.paths import Garden
from treatybodies.pipeline.build import assemble

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def garden() -> Garden:
    """The repository's ontology, data and queries."""
    return Garden(ROOT)


@pytest.fixture(scope="session")
def graph(garden: Garden) -> Store:
    """The published view, evidence and derived graphs of the real data."""
    return assemble(garden, lambda _: None)
