"""The pages that people read: sections, sources, languages, and what makes a page sound."""

import json
import re
from html.parser import HTMLParser

import pytest
from fastapi.testclient import TestClient

from treatybodies.web.languages import LANGUAGES, direction

THINGS = (
    "state/BEN",
    "state/XSS",
    "instrument/icrmw",
    "body/cmw",
    "session/cmw/39",
    "general-comment/cmw/6",
    "doc/CMW/C/SR.590",
    "doc/CMW/C/SR.590/p5",
    "person/can-unver",
    "action/icrmw/BEN/2018-07-06/ratification",
    "status/icrmw/BEN/2018-11-01/party",
    "scheme/theme/equality",
    "scheme/action-type",
    "graph/untc/IV-13",
    "graph/derived/party-periods",
    "decision/ben-code",
)
PATHS = (
    "/",
    "/committees",
    "/states",
    "/states?region=011&sort=-iso3&lang=fr",
    "/instruments",
    "/general-comments",
    "/sessions?body=cmw",
    "/documents",
    "/themes",
    "/codes",
    "/queries",
    "/queries/parties-and-since-when",
    "/search",
    "/search?q=benin",
    "/search?q=%3Cscript%3E",
    "/about",
    "/ontology",
    "/shapes",
    "/docs",
    "/dumps/",
    "/changes",
    "/doc/instrument/icrmw?section=parties",
    *(f"/doc/{each}" for each in THINGS),
)


class Outline(HTMLParser):
    """What is checked of a page: headings, ids, labels, links, scripts, styles."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, *names: str) -> list[dict[str, str | None]]:
        """The attributes of every element called so."""
        return [attributes for tag, attributes in self.tags if tag in names]


def outline(text: str) -> Outline:
    """The outline of the page ``text``."""
    parser = Outline()
    parser.feed(text)
    return parser


@pytest.mark.parametrize("path", PATHS)
def test_a_page_is_sound(pages: TestClient, path: str) -> None:
    answer = pages.get(path)
    assert answer.status_code == 200
    page = outline(answer.text)
    assert len(page.all("h1")) == 1
    assert len(page.all("main")) == 1
    assert page.all("html")[0]["lang"] == ("fr" if "lang=fr" in path else "en")
    ids = [each["id"] for _, each in page.tags if "id" in each]
    assert len(ids) == len(set(ids))
    labelled = {each.get("for") for each in page.all("label")}
    for field in page.all("input", "select", "textarea"):
        assert field.get("type") == "hidden" or field["id"] in labelled
    for each in page.all("a"):
        anchor = str(each["href"])
        assert anchor.startswith(("/", "#", "https://", "http://")), anchor
        assert not anchor.startswith("#") or anchor[1:] in ids, anchor
    assert not [name for _, each in page.tags for name in each if name.startswith("on")]
    assert all(each.get("style") is None for _, each in page.tags)
    for navigation in page.all("nav"):
        assert navigation.get("aria-label")


@pytest.mark.parametrize("path", PATHS)
def test_every_link_of_a_page_leads_somewhere(pages: TestClient, path: str) -> None:
    page = outline(pages.get(path).text)
    links = {str(each["href"]).partition("#")[0] for each in page.all("a", "link")}
    for link in sorted(each for each in links if each.startswith("/")):
        if link.startswith("/ontology") and path != "/":
            continue  # the same page everywhere
        answer = pages.get(link, follow_redirects=True)
        # Evidence and ontology name things that this small release does not describe.
        assert answer.status_code in (200, 404), link
        assert answer.status_code == 200 or link.startswith("/doc/"), link


@pytest.mark.parametrize(
    "path", ["/doc/state/XSS", "/states", "/search?q=script", "/doc/scheme/region/011"]
)
def test_a_label_with_markup_stays_text(pages: TestClient, path: str) -> None:
    text = pages.get(path).text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text
    assert "<img" not in text
    assert 'href="javascript' not in text


def test_markup_in_the_json_ld_cannot_end_its_element(pages: TestClient) -> None:
    text = pages.get("/doc/state/XSS").text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    assert block is not None
    described = json.loads(block[1])
    assert described["@type"] == "Country"
    assert described["name"]["@value"].startswith("<script>")


@pytest.mark.parametrize(
    ("thing", "sections"),
    [
        ("state/BEN", {"treaties", "treaty-actions"}),
        ("instrument/icrmw", {"count", "parties", "years", "related"}),
        ("body/cmw", {"treaties", "members", "sessions", "general-comments"}),
        ("session/cmw/39", {"adoptions"}),
        ("general-comment/cmw/6", {"adoption", "themes"}),
        ("doc/CMW/C/SR.590", {"paragraphs", "statements", "events"}),
        ("doc/CMW/C/SR.590/p5", {"statements"}),
        ("person/can-unver", {"roles"}),
        ("action/icrmw/BEN/2018-07-06/ratification", {"status"}),
        ("scheme/theme/equality", {"narrower", "about"}),
        ("scheme/theme/xenophobia", {"matches", "about"}),
        ("scheme/region", {"concepts"}),
        ("graph/untc/IV-13", {"statements"}),
    ],
)
def test_a_thing_has_the_sections_of_its_classes(
    pages: TestClient, thing: str, sections: set[str]
) -> None:
    text = pages.get(f"/doc/{thing}").text
    found = set(re.findall(r'<section id="([a-z-]+)">', text))
    assert sections <= found
    # A section without rows is left out: Benin has made no objection.
    assert "objections" not in found


def test_a_statement_tells_its_sources_on_demand(pages: TestClient) -> None:
    text = pages.get("/doc/state/BEN").text
    assert "Status of the Convention" in text
    assert "sources disagree" in text
    assert "A misprint." in text
    assert '<li class="aside"><span class="value">' in text
    event = pages.get("/doc/event/cmw/39/adoption/general-comment-6").text
    assert "<q>a locating quotation</q>" in event
    assert "Read by" in event
    assert '<time datetime="2026-11-23">' in event


def test_rows_of_a_section_refer_to_the_list_of_sources(pages: TestClient) -> None:
    text = pages.get("/doc/instrument/icrmw").text
    assert 'href="#source-1"' in text
    assert '<li id="source-1">' in text
    derived = pages.get("/doc/action/icrmw/BEN/2018-07-06/ratification").text
    assert "queries/derive/02-party-periods.rq" in derived


def test_what_has_no_label_gets_a_name_from_its_parts(pages: TestClient) -> None:
    text = pages.get("/doc/action/icrmw/BEN/2018-07-06/ratification").text
    assert "<h1>Benin, ICRMW, Ratification, 2018-07-06</h1>" in text


def test_dates_are_as_exact_as_they_are(pages: TestClient) -> None:
    text = pages.get("/doc/session/cmw/39").text
    assert '<time datetime="2024-12">2024-12</time>' in text


def test_a_page_tells_how_to_cite_and_where_the_data_are(pages: TestClient) -> None:
    answer = pages.get("/doc/state/BEN")
    assert "Cite as" in answer.text
    assert '<link rel="canonical" href="https://w3id.org/treatybodies/id/state/BEN">' in answer.text
    assert '<link rel="alternate" type="text/turtle"' in answer.text
    assert 'rel="alternate"; type="text/turtle"' in answer.headers["link"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_follow_the_language(pages: TestClient, language: str) -> None:
    names = {"en": "Benin", "fr": "Bénin", "ru": "Бенин", "ar": "بنن", "zh": "贝宁", "es": "Benin"}
    by_parameter = pages.get(f"/doc/state/BEN?lang={language}")
    by_header = pages.get("/doc/state/BEN", headers={"Accept-Language": f"{language}-XX, en;q=0.5"})
    for answer in (by_parameter, by_header):
        heading = re.search(r"<h1([^>]*)>([^<]*)</h1>", answer.text)
        assert heading is not None
        assert heading[2] == names[language]
        assert f'dir="{direction(language)}">' in answer.text
        assert (' lang="en"' in heading[1]) is (language == "es")
        assert "Accept-Language" in answer.headers["vary"]
    # Where there is no Spanish name, the page says that it shows another.
    none = "no la hay en Español"
    assert (none in by_parameter.text) is (language == "es")


def test_links_keep_a_language_that_was_asked_for(pages: TestClient) -> None:
    text = pages.get("/doc/state/BEN?lang=fr").text
    assert 'href="/doc/instrument/icrmw?lang=fr"' in text


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/state/BEN?lang=xx", 422),
        ("/doc/state/BEN?page=0", 422),
        ("/doc/state/BEN?page=x", 422),
        ("/doc/state/BEN?section=nothing", 404),
        ("/doc/state/NONE", 404),
        ("/states?region=Africa", 422),
        ("/states?colour=red", 422),
        ("/states?region=011&region=015", 422),
        ("/states?sort=nothing", 422),
        ("/states?lang=xx", 422),
        ("/sessions?since=yesterday", 422),
        ("/queries/none", 404),
        ("/queries/parties-and-since-when?state=BEN", 422),
        ("/search?q=benin&in=xx", 422),
        ("/search?q=" + "x" * 300, 422),
        ("/nothing", 404),
    ],
)
def test_a_bad_address_is_explained_on_a_page(pages: TestClient, path: str, status: int) -> None:
    answer = pages.get(path)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html")
    assert len(outline(answer.text).all("h1")) == 1


def test_a_section_has_pages_and_data_of_its_own(pages: TestClient) -> None:
    path = "/doc/instrument/icrmw?section=parties"
    assert "Rows 1 to 1 of 1" in pages.get(path).text
    rows = pages.get(f"{path}&format=csv").text.splitlines()
    assert rows[0].startswith("party,region,consented")
    assert "2018-07-06" in rows[1]
    results = pages.get(path, headers={"Accept": "application/sparql-results+json"}).json()
    assert len(results["results"]["bindings"]) == 1


def test_incoming_links_are_paged(pages: TestClient) -> None:
    text = pages.get("/doc/scheme/source-basis/read").text
    assert "What refers to it" in text
    assert "Statements: 2, by property" in text
    beyond = pages.get("/doc/scheme/source-basis/read?page=2")
    assert beyond.status_code == 200


@pytest.mark.parametrize(
    "path", ["/", "/states", "/queries", "/doc/state/BEN", "/about", "/search?q=x"]
)
def test_pages_have_entity_tags_and_a_strict_policy(pages: TestClient, path: str) -> None:
    answer = pages.get(path)
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy
    again = pages.get(path, headers={"If-None-Match": answer.headers["etag"]})
    assert again.status_code == 304


def test_what_readers_ask_first_stands_first(pages: TestClient) -> None:
    text = pages.get("/doc/session/cmw/39").text
    glance = text.partition('<dl class="facts" id="glance">')[2].partition("</dl>")[0]
    assert ">Committee on Migrant Workers</a>" in glance
    assert '<time datetime="2024-12-02">' in glance
    assert text.index('id="glance"') < text.index("<section")


def test_a_bare_code_of_another_site_says_of_which(pages: TestClient) -> None:
    shown = pages.get("/doc/scheme/theme/xenophobia?lang=ar").text
    assert 'lang="zxx" dir="ltr">1007092 (metadata.un.org)</a>' in shown


@pytest.mark.parametrize(
    ("path", "kept"),
    [
        ("/doc/instrument/icrmw?section=parties", "section=parties"),
        ("/sparql?query=ASK%20%7B%7D", "query=ASK+%7B%7D"),
        ("/states?region=011", "region=011"),
        ("/queries/parties-and-since-when?instrument=icrmw", "instrument=icrmw"),
    ],
)
def test_another_language_is_a_link_to_the_same(pages: TestClient, path: str, kept: str) -> None:
    page = outline(pages.get(path).text)
    (french,) = (each for each in page.all("a") if each.get("hreflang") == "fr")
    assert kept in str(french["href"])
    assert "lang=fr" in str(french["href"])
