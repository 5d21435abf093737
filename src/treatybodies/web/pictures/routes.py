"""``/pictures``: the list, and a page for each picture."""

from functools import partial
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request
from starlette.responses import Response

from treatybodies.errors import NotInGraph
from treatybodies.paths import Garden
from treatybodies.queries import QueryFile
from treatybodies.web.answers import at_hand, release_tag, text_answer
from treatybodies.web.languages import VARY, asked_language, label_language
from treatybodies.web.page_answers import page_answer
from treatybodies.web.pages import environment, render, with_parameters
from treatybodies.web.pictures import (
    committee_timeline,
    links,
    neighbourhood,
    participation,
    parties_map,
    state_timeline,
)
from treatybodies.web.pictures.lettering import lettering
from treatybodies.web.pictures.picture import Picture
from treatybodies.web.pictures.svg import as_file
from treatybodies.web.pictures.values import Values, check_exists, read_values
from treatybodies.web.releases import serving
from treatybodies.web.urls import public_base

environment.globals.update(pictures_of=links.pictures_of, lettering=lettering)
router = APIRouter(include_in_schema=False, default_response_class=Response)
# A file that is opened by itself has its styles inside; it runs and loads nothing.
SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
PICTURES = (
    Picture(
        "parties-map",
        "World map of a treaty's parties on a day",
        "Who was party, who had signed, who had left, on any day since the treaty was opened.",
        parties_map.draw,
        "instrument=icrmw&date=2010-01-01",
    ),
    Picture(
        "participation",
        "Parties to each treaty over time",
        "How many States and organizations each of the treaties binds, at the end of each year.",
        participation.draw,
        own={"highlight": "[a-z0-9-]{2,20}"},
    ),
    Picture(
        "committee-timeline",
        "Sessions and output of a committee",
        "When a committee met, and the dates of the documents under it.",
        committee_timeline.draw,
        "body=cmw",
    ),
    Picture(
        "state-timeline",
        "A State and the treaties over time",
        "When a State signed, consented, was bound, and left.",
        state_timeline.draw,
        "state=BEN",
    ),
    Picture(
        "neighbourhood",
        "What stands around a thing",
        "The things that one thing refers to and that refer to it, one step or two away.",
        neighbourhood.draw,
        "iri=id/general-comment/cmw/6&depth=1",
        own={"depth": "[12]"},
        defaults={"depth": "1"},
    ),
)


@router.get("/pictures")
@router.get("/pictures/")
async def index(request: Request) -> Response:
    """Which pictures there are."""
    return await page_answer(request, partial(_index, request), "pictures")


async def _index(request: Request) -> str:
    return render("pictures/index.html", request, pictures=PICTURES)


def _add(picture: Picture) -> None:
    async def show(request: Request) -> Response:
        garden: Garden = request.app.state.garden
        query = QueryFile(garden.queries / "pictures" / f"{picture.name}.rq")
        values = _values(request, picture, query)
        page = partial(_rendered, request, picture, query, values)
        return await page_answer(request, page, "picture", picture.name, values)

    async def save(request: Request) -> Response:
        garden: Garden = request.app.state.garden
        query = QueryFile(garden.queries / "pictures" / f"{picture.name}.rq")
        values = _values(request, picture, query)
        spoken = (label_language(request), asked_language(request))
        tag = release_tag(request, "svg", picture.name, values, public_base(request), *spoken)
        if ready := await at_hand(request, tag):
            return ready
        text = await _drawn(request, picture, query, values)
        headers = {"Content_Security_Policy": SVG_POLICY, "Vary": VARY}
        return await text_answer(request, text, "image/svg+xml", tag, **headers)

    router.add_api_route(f"/pictures/{picture.name}", show, methods=["GET"], name=picture.name)
    router.add_api_route(f"/pictures/{picture.name}.svg", save, methods=["GET"])


for _each in PICTURES:
    _add(_each)


def _values(request: Request, picture: Picture, query: QueryFile) -> Values:
    """The reader's values; a day that is left open is that of the data."""
    defaults = dict(picture.defaults)
    if any(each.type == "date" for each in query.head.parameters):
        defaults["date"] = serving(request).release.manifest.date
    return read_values(request, query, defaults, picture.own)


async def _drawn(request: Request, picture: Picture, query: QueryFile, values: Values) -> str:
    """The drawing alone, as an SVG document; raises `NotInGraph` where there is none."""
    page = await _rendered(request, picture, query, values)
    drawn = as_file(page, picture.name, public_base(request), label_language(request))
    if drawn is None:
        raise NotInGraph("This installation has no geometry → install Node.js (README.md).")
    return drawn


async def _rendered(request: Request, picture: Picture, query: QueryFile, values: Values) -> str:
    await check_exists(request, query, values)
    drawing = await picture.draw(request, query, values)
    address: dict[str, Any] = {"query": drawing.query}
    asked = asked_language(request)
    return render(
        f"pictures/{picture.name}.html",
        request,
        picture=picture,
        drawing=drawing,
        note=query.head.description,
        values=values,
        kept=values,
        permalink=f"{public_base(request)}/pictures/{picture.name}?{urlencode(values)}",
        query_path=f"/sparql?{urlencode(address)}",
        svg_path=with_parameters(f"/pictures/{picture.name}.svg", {**values, "lang": asked}),
        csv_path=f"/sparql?{urlencode({**address, 'format': 'text/csv'})}",
        **drawing.shapes,
    )
