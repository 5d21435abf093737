"""Declarations, objections, notifications and end notes become facts; no text is kept."""

from datetime import date

import pytest
from saved_pages import Importing, SavedPage, mark, printed, read, write

from treatybodies.errors import ImportRefused
from treatybodies.importers.untc.wording import find_articles, kinds_of_heading
from treatybodies.paths import Garden

JUNE = date(2026, 6, 1)


def dated(day: str, words: str, heading: str = "") -> str:
    """A statement with the day that stands over it."""
    head = f"<p align=left><i>{heading}<br></n></i></p>" if heading else ""
    return f"<p align=right>{day}</p><br>{head}&nbsp;&nbsp;{words}<br>"


def test_a_new_reservation_is_a_row_without_its_words(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    text = dated("4 March 2026", "Peru does not consider itself bound by article 92.")
    later.declarations.append(("Peru", text.replace("<br>&nbsp;", "<br>Reservation: &nbsp;")))

    importing(later)

    (act,) = [row for row in read(small.tables, "declarations") if row["party"] == "state/PER"]
    assert (act["kind"], act["date"], act["date_basis"]) == ("reservation", "2026-03-04", "stated")
    assert act["articles"] == "92"
    assert "consider" not in (small.tables / "declarations.csv").read_text(encoding="utf-8")


def test_a_new_partys_statement_without_a_day_has_that_of_its_consent(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.rows["Armenia"][1] = "5 May\t 2026"
    later.declarations.insert(
        0, ("Armenia", "<p align=left><i>Declaration:</i></p>It declares as to article 8.")
    )

    importing(later)

    (act,) = [row for row in read(small.tables, "declarations") if row["party"] == "state/ARM"]
    assert (act["kind"], act["date"], act["date_basis"]) == (
        "declaration",
        "2026-05-05",
        "with-consent",
    )


def of_peru(small: Garden, table: str) -> list[dict[str, str]]:
    """The rows of a table that are Peru's."""
    return [row for row in read(small.tables, table) if row["party"] == "state/PER"]


def test_a_second_statement_of_a_day_is_taken_up(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    one = dated("4 March 2026", "Peru is not bound by article 92.", "Reservation:")
    other = dated("4 March 2026", "Peru declares as to article 8.", "Declaration:")
    later.declarations.append(("Peru", one))
    importing(later)
    later.as_of = date(2026, 7, 1)
    later.declarations[-1] = ("Peru", one + other)

    done = importing(later)

    assert "+ Peru: declaration, article 8, 4 March 2026" in map(str, done.pages[0].changes)
    assert {(row["kind"], row["articles"]) for row in of_peru(small, "declarations")} == {
        ("reservation", "92"),
        ("declaration", "8"),
    }
    assert not importing(later).files


def test_a_second_statement_of_a_day_and_kind_is_counted_in_its_row(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    one = dated("4 March 2026", "Peru is not bound by article 92.", "Reservation:")
    later.declarations.append(("Peru", one))
    importing(later)
    later.as_of = date(2026, 7, 1)
    later.declarations[-1] = ("Peru", one + one.replace("92", "8"))

    done = importing(later)

    assert "one more of that day: 2" in "\n".join(map(str, done.pages[0].changes))
    (act,) = of_peru(small, "declarations")
    assert (act["articles"], act["passages"]) == ("8;92", "2")
    assert not importing(later).files


def test_objections_of_one_day_are_against_every_state_named(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    heading = "With regard to the reservations made by {} upon accession:"
    later.objections.append(
        (
            "Peru",
            dated("4 March 2026", "Peru objects.", heading.format("Egypt"))
            + dated("4 March 2026", "Peru objects.", heading.format("Benin")),
        )
    )

    importing(later)

    (act,) = of_peru(small, "objections")
    assert (act["against"], act["passages"]) == ("state/BEN;state/EGY", "2")


def test_an_objection_against_nobody_known_is_told(later: SavedPage, importing: Importing) -> None:
    later.objections.append(("Peru", dated("4 March 2026", "Peru objects.", "Objection:")))

    done = importing(later)

    assert "! Peru: objection, 4 March 2026: whom it is against was not read" in "\n".join(
        map(str, done.pages[0].changes)
    )


def test_a_statement_upon_ratification_joins_the_one_upon_signature(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    signed = "<p align=left><i>Upon signature:<br>Declaration:</i></p>As to article 8."
    later.declarations.insert(0, ("Armenia", signed))
    importing(later)
    later.as_of = date(2026, 7, 1)
    later.rows["Armenia"][1] = "5 Jun\t 2026"
    ratified = "<p align=left><i>Upon ratification:<br>Reservation:</i></p>As to article 92."
    later.declarations[0] = ("Armenia", signed + ratified)

    importing(later)

    found = {
        (row["kind"], row["date_basis"], row["date"])
        for row in read(small.tables, "declarations")
        if row["party"] == "state/ARM"
    }
    assert found == {
        ("declaration", "with-signature", "2013-09-26"),
        ("reservation", "with-consent", "2026-06-05"),
    }


def test_a_further_acceptance_of_a_procedure_is_taken_up(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    words = "It recognizes the competence of the Committee under article 77."
    later.articles = [("Peru", dated("4 March 2026", words))]
    importing(later)
    later.as_of = date(2026, 7, 1)
    later.articles = [("Peru", dated("4 March 2026", words) + dated("5 June 2026", words))]

    importing(later)

    days = [row["date"] for row in of_peru(small, "procedure_acceptances")]
    assert days == ["2026-03-04", "2026-06-05"]


def test_a_statement_on_articles_that_is_not_understood_is_told(
    later: SavedPage, importing: Importing
) -> None:
    later.articles = [("Peru", dated("4 March 2026", "It greets the Secretary-General."))]

    done = importing(later)

    assert "! Declarations under articles: the statement of Peru, 4 March 2026" in "\n".join(
        map(str, done.pages[0].changes)
    )


@pytest.mark.parametrize("section", ["declarations", "objections"])
def test_an_article_that_no_table_has_is_told_and_left_out(
    small: Garden, later: SavedPage, importing: Importing, section: str
) -> None:
    heading = "Reservation by Egypt:" if section == "objections" else "Reservation:"
    words = "Peru speaks of articles 92 and 99."
    getattr(later, section).append(("Peru", dated("4 March 2026", words, heading)))

    done = importing(later)

    (act,) = of_peru(small, section)
    assert act["articles"] == "92"
    told = "\n".join(map(str, done.pages[0].changes))
    assert "article 99 is not in provisions.csv, so not taken up → add it there" in told


def test_an_article_of_a_withdrawal_that_no_table_has_is_told(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.notes["5"] = (
        "On 4 March 2026, the Government of Egypt notified the Secretary-General of its decision "
        "to withdraw the reservations to articles 4 and 99 made upon accession."
    )

    done = importing(later)

    (act,) = read(small.tables, "withdrawals")
    assert act["articles"] == "4"
    assert "article 99 is not in provisions.csv" in "\n".join(map(str, done.pages[0].changes))


def test_an_objection_names_the_state_and_the_act_objected_to(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    heading = "With regard to the reservations made by Egypt upon accession:"
    later.objections.append(("Peru", dated("4 March 2026", "Peru objects.", heading)))

    importing(later)

    (act,) = read(small.tables, "objections")
    assert (act["party"], act["against"]) == ("state/PER", "state/EGY")
    assert act["response"] == "icrmw/EGY/1993-02-19/reservation"


def test_a_declaration_accepts_a_procedure(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    words = "Peru recognizes, under article 77, the competence of the Committee."
    later.declarations.append(("Peru", dated("4 March 2026", words)))
    (count,) = [
        row
        for row in read(small.tables, "procedure_counts")
        if (row["instrument"], row["procedure"]) == ("icrmw", "individual-communications")
    ]

    importing(later)

    (act,) = read(small.tables, "procedure_acceptances")
    assert (act["party"], act["action"], act["article"]) == (
        "state/PER",
        "acceptance-of-procedure",
        "77",
    )
    (now,) = [
        row
        for row in read(small.tables, "procedure_counts")
        if (row["instrument"], row["procedure"]) == ("icrmw", "individual-communications")
    ]
    assert int(now["listed"]) == int(count["listed"]) + 1


def test_the_section_on_articles_is_counted_as_the_page_lists_it(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    words = "It recognizes the competence under article 76 and article 77."
    later.articles = [("Peru", dated("4 March 2026", words)), ("Egypt", "")]

    importing(later)

    acts = read(small.tables, "procedure_acceptances")
    assert {(act["party"], act["article"]) for act in acts} == {
        (party, article) for party in ("state/PER", "state/EGY") for article in ("76", "77")
    }
    listed = [row for row in read(small.tables, "procedure_counts") if row["instrument"] == "icrmw"]
    assert {row["listed"] for row in listed} == {"2"}


def test_a_territorial_application(small: Garden, later: SavedPage, importing: Importing) -> None:
    later.territories = [("Egypt", " 4 Mar 2026", "Aruba, St. Helena and Dependencies and Sark")]

    importing(later)

    (act,) = read(small.tables, "territories")
    assert act["territories"] == "Aruba;St. Helena and Dependencies;Sark"
    assert (act["kind"], act["date"]) == ("territorial-application", "2026-03-04")


def test_a_reservation_that_leaves_the_page_is_withdrawn_as_its_end_note_tells(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.rows["Egypt" + mark(5)] = later.rows.pop("Egypt")
    later.declarations = [(f"Egypt{mark(5)}", "")]
    later.notes["5"] = (
        "On 4 March 2026, the Government of Egypt notified the Secretary-General of its decision "
        "to withdraw the reservations to articles 4 and 18 made upon accession."
    )

    done = importing(later)

    (act,) = read(small.tables, "withdrawals")
    assert (act["party"], act["date"], act["withdrawn"]) == (
        "state/EGY",
        "2026-03-04",
        "reservation",
    )
    assert (act["articles"], act["endnote"]) == ("4;18", "5")
    assert act["response"] == "icrmw/EGY/1993-02-19/reservation"
    (_, told) = done.pages[0].changes
    assert str(told) == "- Egypt: withdrew reservation on article 4, 18, 4 March 2026"
    assert [row["party"] for row in read(small.tables, "declarations")].count("state/EGY") == 1


def test_a_withdrawn_article_declaration_counts_no_more(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    words = "It recognizes the competence of the Committee under article 77."
    later.articles = [("Peru", dated("4 March 2026", words)), ("Egypt", words)]
    importing(later)
    later.as_of = date(2026, 7, 1)
    later.articles = [("Egypt", words)]
    later.notes["5"] = (
        "On 30 June 2026, the Government of Peru notified the Secretary-General of its decision to "
        "withdraw the declaration made under article 77."
    )

    importing(later)

    (act,) = read(small.tables, "withdrawals")
    assert act["withdrawn"] == "acceptance-of-procedure"
    assert act["response"] == "icrmw/PER/2026-03-04/acceptance-of-procedure/77"
    listed = {
        row["procedure"]: row["listed"]
        for row in read(small.tables, "procedure_counts")
        if row["instrument"] == "icrmw"
    }
    assert listed["individual-communications"] == "1"


def test_a_statement_that_is_gone_without_a_word_is_told_and_kept(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.declarations = []

    done = importing(later)

    assert "! Egypt: reservation, 19 February 1993" in "\n".join(map(str, done.pages[0].changes))
    assert any(row["party"] == "state/EGY" for row in read(small.tables, "declarations"))


def test_a_day_over_a_statement_that_changes_leaves_the_old_one_as_a_claim(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    words = "Peru does not consider itself bound by article 92."
    later.declarations.append(("Peru", dated("4 March 2026", words)))
    importing(later)
    later.as_of = date(2026, 7, 1)
    later.declarations[-1] = ("Peru", dated("5 March 2026", words))

    importing(later)

    (act,) = [row for row in read(small.tables, "declarations") if row["party"] == "state/PER"]
    assert (act["date"], act["iri_day"]) == ("2026-03-05", "2026-03-04")
    assert any(
        row["source"] == "untc/IV-13/2026-06-01" and row["value"] == "2026-03-04"
        for row in read(small.tables, "claims")
    )


def test_a_derogation_is_a_notification_under_the_covenant(
    small: Garden, importing: Importing
) -> None:
    actions = [
        {**row, "instrument": "iccpr", "source": "untc/IV-4"}
        for row in read(small.tables, "treaty_actions")
        if row["party"] == "state/PER"
    ]
    write(small.tables, "treaty_actions", actions)
    cells = ["", ""]
    for row in actions:
        cells["signature" not in row["action"]] = printed(date.fromisoformat(row["date"]))
    notice = (
        "Notification made under article 4 (3), regarding the extension of the state of emergency; "
        "rights under articles 9 and 21 are suspended. (See C.N.12.2026 .TREATIES-IV.4.)"
    )
    covenant = SavedPage(
        reference="IV-4",
        title="International Covenant on Civil and Political Rights",
        as_of=JUNE,
        rows={"Peru": cells},
        notifications=[("Peru", dated("4 March 2026", notice))],
    )

    importing(covenant)

    (act,) = read(small.tables, "derogations")
    assert (act["kind"], act["date"]) == ("derogation-extension", "2026-03-04")
    assert (act["articles"], act["notifications"]) == ("9;21", "C.N.12.2026.TREATIES-IV.4")


def test_predecessor_states_are_left_to_the_end_notes(
    small: Garden, page: SavedPage, importing: Importing
) -> None:
    page.declarations.append(("Yugoslavia (former)", dated("4 March 1990", "Words.")))

    assert not importing(page).files


def test_a_predecessor_state_among_the_participants_is_refused(
    page: SavedPage, importing: Importing
) -> None:
    page.rows["Yugoslavia (former)"] = ["", "[5 Jun\t 1987 a]"]

    with pytest.raises(ImportRefused, match=r"“Yugoslavia \(former\)” is no party"):
        importing(page)


def test_unknown_participants_are_listed_with_names_near_them(
    page: SavedPage, importing: Importing
) -> None:
    page.rows["Benim"] = page.rows.pop("Benin")
    page.rows["Atlantis"] = ["", "5 Jun\t 2007 a"]

    with pytest.raises(ImportRefused) as caught:
        importing(page)

    said = str(caught.value)
    assert "“Benim” is no party that we know; near it: Benin = state/BEN" in said
    assert "“Atlantis” is no party that we know" in said
    assert "--participant" in said


def test_a_name_that_the_curator_explains_is_known_from_then_on(
    small: Garden, later: SavedPage, importing: Importing
) -> None:
    later.rows["Dahomey"] = later.rows.pop("Benin")

    importing(later, Dahomey="state/BEN")

    acts = [row for row in read(small.tables, "treaty_actions") if row["party"] == "state/BEN"]
    assert {row["participant"] for row in acts} == {"Dahomey"}
    assert not importing(later).files


def test_a_name_explained_by_nobody_is_refused(page: SavedPage, importing: Importing) -> None:
    with pytest.raises(ImportRefused, match="no such party"):
        importing(page, Dahomey="state/XXX")


@pytest.mark.parametrize(
    ("text", "articles"),
    [
        ("bound by article 92, paragraph 1", ["92"]),
        ("articles 14, 21 and 37", ["14", "21", "37"]),
        ("article 21, paragraph 1 and article 22, paragraph 1", ["21", "22"]),
        ("Articles 11 (1) and 13 (a)", ["11", "13"]),
        ("under article 42 of its Political Constitution", []),
        ("paragraph 3 of the preamble", []),
    ],
)
def test_articles_are_those_of_the_treaty(text: str, articles: list[str]) -> None:
    assert sorted(set(find_articles(text)), key=int) == articles


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("Declaration and reservation:", ["reservation", "declaration"]),
        ("Interpretative declarations:", ["interpretative-declaration"]),
        ("Understandings:", ["understanding"]),
        ("Upon signature:", []),
    ],
)
def test_kinds_are_those_of_the_heading(heading: str, kinds: list[str]) -> None:
    assert kinds_of_heading(heading) == kinds
