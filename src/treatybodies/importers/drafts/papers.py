"""Which general comment in preparation, agenda, report or guidelines a sentence means."""

import re
from collections.abc import Iterator

from treatybodies.importers.drafts.context import Context
from treatybodies.importers.drafts.marked import Mention, Slots
from treatybodies.importers.drafts.matching import Match
from treatybodies.importers.drafts.slugs import slug

# What is said of a text that is not adopted yet, before and after it.
_IN_WORK_BEFORE = re.compile(
    r"(?:\b[Ww]ork(?:ing)? on|draft(?:ing)?|reading of|elaborat\w+(?: of)?|prepar\w+(?: of)?|"
    r"(?:beg[aiu]n|start)\w* \w+ on|discuss\w+(?: of| on)?|exchange of views on|"
    r"consultations? on|future|forthcoming|proposed|planned|progress on|develop\w*)"
    r"(?: (?:of|on|its|the|a|an|new|joint|updated|revised)){0,3} $"
)
_IN_WORK_AFTER = re.compile(
    r"^[^.;]{0,90}?\b(?:had (?:moved|gone) forward|in progress|under way|underway|first reading|"
    r"second reading|being (?:drafted|prepared|elaborated)|had (?:continued|advanced|progressed))"
)


def comment_in_work(match: Match, context: Context) -> Slots:
    """Who writes a general comment that is called a draft, or is told of as unfinished."""
    for mention in match.mentions:
        if mention.tag != "general-comment":
            continue
        text = match.sentence.text
        in_work = "draft" in mention.slots or bool(
            _IN_WORK_BEFORE.search(text[: mention.start])
            or _IN_WORK_AFTER.match(text[mention.end :])
        )
        if "draft" not in mention.slots and "comment" in mention.slots and not in_work:
            continue
        joint = "joint" in mention.slots and context.other_body
        if not joint and not in_work:
            return {}
        creators = (context.body, context.other_body) if joint else (context.body,)
        return {
            "unfinished": ("true",),
            "creators": creators,
            "creators_key": ("-".join(sorted(creators)),),
            "CREATORS": (" and ".join(each.upper() for each in creators),),
        }
    return {}


def _is_named(symbol: Mention, kind: str, match: Match) -> bool:
    """Whether a symbol stands in brackets after a kind of paper: “the agenda (CED/C/30/1)”."""
    return "symbol_path" in symbol.slots and any(
        re.fullmatch(r"[\w ’-]{0,60}\(", match.sentence.text[each.end : symbol.start])
        for each in match.sentence.of(kind)
    )


def papers(match: Match, context: Context) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Which agenda, report or guidelines the sentence means."""
    agendas = [
        mention.slots["symbol_path"][0]
        for mention in match.sentence.of("symbol")
        if mention.slots.get("class") == ("Agenda",)
        or (_is_named(mention, "agenda", match) and "state_of_symbol" not in mention.slots)
    ]
    agenda = agendas[0] if agendas else context.papers.get("agenda", "")
    unnamed = f"doc/{context.body}/{context.session}"
    yield "agenda", (f"doc/{agenda}" if agenda else f"{unnamed}/agenda",)
    yield "unnamed_agenda", () if agenda else (f"{unnamed}/agenda",)
    for mention in match.sentence.of("session-report"):
        own = re.search(r"\b(?:present|this) ", mention.text) or (
            "annual" in mention.text and context.symbol and context.symbol.assembly
        )
        report = context.papers.get("session-report", "")
        if own or report:
            yield "adopted_report", (context.document if own else f"doc/{report}",)
        else:
            yield "adopted_report", (f"{unnamed}/session-report",)
            yield "unnamed_report", (f"{unnamed}/session-report",)
    for mention in match.sentence.of("guidelines"):
        words = re.sub(r"^(?:the|its|a|some|these|new|revised|draft)\s", "", mention.text.strip())
        yield "guidelines_key", (slug(words),)
        yield "guidelines_words", (words[0].upper() + words[1:],)
