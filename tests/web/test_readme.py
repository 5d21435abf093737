"""The room's README says what an operator can set and what there is to watch."""

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import treatybodies.web
from treatybodies.settings import Settings
from treatybodies.web.problems import HANDLERS
from treatybodies.web.refusals import REFUSALS

README = Path(treatybodies.web.__file__).with_name("README.md").read_text("utf-8")


def rows() -> list[str]:
    """The table of settings as it should be."""
    return [
        f"| `{name}` | {_written(field.default)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]


def _written(default: object) -> str:
    """A default as an operator writes it; a dash for none."""
    if isinstance(default, bool):
        return str(default).lower()
    return "–" if default is None or not str(default) else str(default)


def test_every_setting_is_in_the_table() -> None:
    """The table lists the settings in their order, each with its default and what it means."""
    written = re.findall(r"^\| `\w+` \| .* \|$", README, re.MULTILINE)
    settings = [each for each in written if each.split("`")[1] in Settings.model_fields]
    assert settings == rows(), "write instead:\n" + "\n".join(rows())


@pytest.mark.parametrize(
    "code",
    sorted({row.code for row in HANDLERS.values()} | {code for code, _ in REFUSALS.values()}),
)
def test_every_code_is_described(code: str) -> None:
    assert f"`{code}`" in README


def test_every_metric_is_described(client: TestClient) -> None:
    names = re.findall(r"^# TYPE treatybodies_(\w+) ", client.get("/metrics").text, re.MULTILINE)
    ours = [name.removesuffix("_total") for name in names if not name.startswith("process_")]
    assert len(ours) > 15
    assert [name for name in ours if f"`{name}`" not in README] == []


@pytest.mark.parametrize("path", ["/sparql", "/graphs", "/metrics", "/healthz", "/readyz"])
def test_operating_routes_are_described(path: str) -> None:
    assert f"`{path}" in README
