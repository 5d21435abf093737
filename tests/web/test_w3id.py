"""From a permanent IRI, by the redirect file for w3id.org, to what describes the thing."""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from pyoxigraph import NamedNode, RdfFormat, Store, parse

import treatybodies.web
from treatybodies.paths import default_garden
from treatybodies.settings import Settings
from treatybodies.store import Release
from treatybodies.web.app import create_app

BASE = "https://w3id.org/treatybodies/"
HTACCESS = Path(treatybodies.web.__file__).with_name("w3id") / ".htaccess"
SERVICE = "%{ENV:SERVICE}"
HERE = "http://testserver"
SAMPLED = 200
_RULE = re.compile(r"RewriteRule (\S+) (\S+) \[R=(\d+),L\]")
_OTHER = re.compile(
    r"|#.*|Options \+FollowSymLinks|RewriteEngine on|RewriteRule \^ - \[E=SERVICE:https://[\w.-]+\]"
)
_LINK = re.compile(r'<([^>]*)>; rel="([^"]*)"(?:; type="([^"]*)")?')


@dataclass(frozen=True)
class Rule:
    """One redirect of the file: what it matches, where it leads, and paths that it is for."""

    pattern: str
    target: str
    status: int
    examples: tuple[str, ...]

    def path(self, path: str) -> str | None:
        """The service's path for ``path`` below the base IRI; None when the rule does not fit."""
        found = re.search(self.pattern, path)
        if found is None:
            return None
        parts = re.split(r"\$(\d)", self.target.removeprefix(SERVICE))
        return "".join(
            (found[int(part)] or "") if place % 2 else part for place, part in enumerate(parts)
        )


def read_rules() -> Iterator[Rule]:
    """The redirects in their order."""
    examples: list[str] = []
    for line in HTACCESS.read_text(encoding="utf-8").splitlines():
        if line.startswith("# Example:"):
            examples.append(line.removeprefix("# Example:").strip())
        elif found := _RULE.fullmatch(line):
            yield Rule(found[1], found[2], int(found[3]), tuple(examples))
            examples = []
        else:
            assert _OTHER.fullmatch(line), f"what does Apache do with {line!r}?"


RULES = list(read_rules())
EXAMPLES = [(rule, example) for rule in RULES for example in rule.examples]


def service_path(iri: str) -> str:
    """Where w3id.org sends a client that asks for ``iri``, as a path of the service."""
    path = iri.removeprefix(BASE).partition("#")[0]
    found = (rule.path(path) for rule in RULES)
    return next(each for each in found if each is not None)


@pytest.fixture(scope="module")
def real(real_release: Release) -> Iterator[TestClient]:
    """A client of the service over the project's own data."""
    with TestClient(create_app(real_release, default_garden(), Settings(workers=3))) as running:
        yield running


def test_every_rule_has_examples_and_leads_to_the_service() -> None:
    for rule in RULES:
        assert rule.examples, rule
        assert rule.target.startswith(SERVICE + "/"), rule
        assert rule.pattern.startswith("^"), rule
        assert rule.pattern.endswith("$"), rule


@pytest.mark.parametrize(("rule", "example"), EXAMPLES, ids=lambda each: str(each)[-40:])
def test_each_rule_leads_to_a_route_that_answers(
    real: TestClient, rule: Rule, example: str
) -> None:
    assert next(each for each in RULES if each.path(example) is not None) == rule
    answer = real.get(service_path(BASE + example), headers={"Accept": "*/*"})
    assert answer.status_code == 200
    assert answer.content


def sampled(release: Release) -> list[str]:
    """IRIs of every kind: of each class some, named graphs, objects, shapes; at least `SAMPLED`."""
    store = release.open(in_memory_quads=10**7)
    kinds: dict[str, set[str]] = {}
    for quad in store:
        for node in (quad.subject, quad.graph_name):
            if isinstance(node, NamedNode) and node.value.startswith(BASE):
                kinds.setdefault(place(node.value), set()).add(node.value)
        if str(quad.predicate).endswith("#type>") and str(quad.subject).startswith(f"<{BASE}"):
            kinds.setdefault(str(quad.object), set()).add(quad.subject.value)
    for triple in parse(path=default_garden().ontology / "shapes" / "parties.ttl"):
        if isinstance(triple.subject, NamedNode):
            kinds.setdefault("shapes", set()).add(triple.subject.value)
    choice = random.Random(20261123)
    share = 1
    while True:
        chosen = {
            iri
            for _, iris in sorted(kinds.items())
            for iri in choice.sample(sorted(iris), min(share, len(iris)))
        }
        if len(chosen) >= SAMPLED:
            return sorted(chosen)
        share += 1


def place(iri: str) -> str:
    """The part of the base's space in which ``iri`` lies, as ``id/state`` or ``ontology#``."""
    found = re.match(r"(id/[\w-]+|[.\w-]+[/#]?)", iri.removeprefix(BASE))
    return found[1] if found else ""


def test_every_sampled_iri_leads_to_its_description(
    real: TestClient, real_release: Release
) -> None:
    chosen = sampled(real_release)
    assert len(chosen) >= SAMPLED
    wrong = []
    for iri in chosen:
        answer = real.get(service_path(iri), headers={"Accept": "text/turtle"})
        wrong += [(iri, fault) for fault in faults_of_data(iri, answer)]
    assert not wrong


def test_every_sampled_iri_leads_to_a_page(real: TestClient, real_release: Release) -> None:
    wrong = []
    for iri in sampled(real_release):
        answer = real.get(service_path(iri), headers={"Accept": "text/html"})
        wrong += [(iri, fault) for fault in faults_of_page(answer)]
    assert not wrong


@pytest.mark.parametrize(
    "path",
    [
        "id/state/BEN",
        "scheme/theme/xenophobia",
        "graph/untc/IV-13",
        "ontology",
        "shapes",
        "dataset",
    ],
)
@pytest.mark.parametrize("accept", ["text/turtle", "text/html"])
def test_every_link_to_another_format_is_true(real: TestClient, path: str, accept: str) -> None:
    answer = real.get(service_path(BASE + path), headers={"Accept": accept})
    others = [each for each in links_of(answer) if each[1] in ("alternate", "describedby")]
    assert len(others) >= 5 or path in ("shapes", "dataset")
    for target, _, kind in others:
        other = real.get(target, headers={"Accept": kind})
        assert other.status_code == 200, target
        assert other.headers["content-type"].split(";")[0] == kind


def faults_of_data(iri: str, answer: Response) -> Iterator[str]:
    """What is wrong with the Turtle to which ``iri`` led."""
    if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/turtle"):
        yield f"{answer.status_code} {answer.headers['content-type']} at {answer.url}"
        return
    store = Store()
    store.load(answer.content, format=RdfFormat.TURTLE)
    if next(store.quads_for_pattern(NamedNode(iri), None, None), None) is None:
        yield f"nothing about it at {answer.url}"
    links = list(links_of(answer))
    if "https://creativecommons.org/licenses/by/4.0/" not in targets(links, "license"):
        yield "no licence"
    if not targets(links, "describes"):
        yield "it does not say what it describes"
    for target, relation, kind in links:
        if relation == "alternate" and not target.startswith(HERE):
            yield f"an alternate elsewhere: {target}"
        if relation == "alternate" and not kind:
            yield f"an alternate of no type: {target}"
    if "last-modified" not in answer.headers or "etag" not in answer.headers:
        yield "no date or no tag"


def faults_of_page(answer: Response) -> Iterator[str]:
    """What is wrong with the page to which an IRI led."""
    if answer.status_code != 200 or not answer.headers["content-type"].startswith("text/html"):
        yield f"{answer.status_code} {answer.headers['content-type']} at {answer.url}"
    elif "docs" not in urlsplit(str(answer.url)).path:
        links = list(links_of(answer))
        for relation in ("license", "alternate", "canonical"):
            if not targets(links, relation):
                yield f"no link {relation} at {answer.url}"


def links_of(answer: Response) -> Iterator[tuple[str, str, str]]:
    for found in _LINK.finditer(answer.headers.get("link", "")):
        yield unquote(found[1]), found[2], found[3] or ""


def targets(links: list[tuple[str, str, str]], relation: str) -> list[str]:
    return [target for target, rel, _ in links if rel == relation]
