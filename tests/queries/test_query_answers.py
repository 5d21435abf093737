"""Facts checked by hand against the depositary's page and the summary record CMW/C/SR.590."""

from golden import rows, solutions
from pyoxigraph import Store

CMW_39 = {"body": "cmw", "number": "39"}
KINDS = ("CoreTreaty", "OptionalProtocol", "Treaty", "PoliticalInstrument")


def test_icrmw_has_sixty_parties_and_forty_signatories(graph: Store) -> None:
    counts = rows(graph, "questions/official-and-computed-counts")
    (found,) = [row for row in counts if row["code"] == "ICRMW"]
    assert (found["officialParties"], found["computedParties"]) == ("60", "60")
    assert (found["officialSignatories"], found["computedSignatories"]) == ("40", "40")
    assert len(rows(graph, "api/instrument-parties", instrument="icrmw")) == 60


def test_every_official_count_is_reproduced(graph: Store) -> None:
    found = rows(graph, "questions/official-and-computed-counts")
    assert len(found) == 18
    assert {row["agrees"] for row in found} == {"true"}


def test_eleven_states_have_signed_the_icrmw_only(graph: Store) -> None:
    found = rows(graph, "api/instrument-signatories", instrument="icrmw")
    assert len(found) == 11
    assert "Armenia" in {row["name"] for row in found}


def test_icrmw_parties_of_2010_are_not_those_of_today(graph: Store) -> None:
    """Nigeria was bound from 1 November 2009, Guyana from 1 November 2010."""
    then = rows(graph, "api/instrument-parties", instrument="icrmw", date="2010-01-01")
    now = rows(graph, "api/instrument-parties", instrument="icrmw")
    assert (len(then), len(now)) == (42, 60)
    names = {row["name"] for row in then}
    assert "Nigeria" in names
    assert "Guyana" not in names
    assert names < {row["name"] for row in now}


def test_icrmw_entered_into_force_for_twenty_two_parties_in_2003(graph: Store) -> None:
    """Twenty-one consents before the general entry into force, and Mali's."""
    first = rows(graph, "api/participation-by-year", instrument="icrmw")[0]
    assert first == {"year": "2003", "joined": "22", "left": "0", "parties": "22"}


def test_last_year_of_participation_agrees_with_todays_parties(graph: Store) -> None:
    last = rows(graph, "api/participation-by-year", instrument="icrmw")[-1]
    assert last["parties"] == "60"


def test_consent_counts_for_the_depositary_before_it_binds(graph: Store) -> None:
    """Oman acceded to the ICCPR on 10 November 2025 and is bound from 10 February 2026."""
    counted = {row["name"] for row in rows(graph, "api/instrument-parties", instrument="iccpr")}
    bound = rows(graph, "api/instrument-parties", instrument="iccpr", date="2026-02-03")
    assert counted - {row["name"] for row in bound} == {"Oman"}


def test_united_states_is_party_to_two_protocols_of_a_treaty_it_only_signed(graph: Store) -> None:
    found = rows(graph, "questions/protocol-without-parent")
    assert {(row["name"], row["protocolCode"], row["signedParent"]) for row in found} == {
        ("United States of America", "CRC-OP-AC", "true"),
        ("United States of America", "CRC-OP-SC", "true"),
    }


def test_jamaica_is_a_former_party(graph: Store) -> None:
    treaties = rows(graph, "api/state-status", state="JAM")
    (found,) = [row for row in treaties if row["instrumentCode"] == "ICCPR-OP1"]
    assert found["statusName"] == "Former party"
    assert found["since"] == "1998-01-23"
    assert found["countedAsParty"] == "false"


def test_status_shows_the_latest_consent(graph: Store) -> None:
    """Guyana denounced ICCPR-OP1 and acceded again, both on 5 January 1999."""
    treaties = rows(graph, "api/state-status", state="GUY")
    (found,) = [row for row in treaties if row["instrumentCode"] == "ICCPR-OP1"]
    assert (found["statusName"], found["consentDate"]) == ("Party", "1999-01-05")


def test_status_has_eighteen_treaties_even_for_a_state_that_joined_few(graph: Store) -> None:
    found = rows(graph, "api/state-status", state="NIU")
    assert len(found) == 18
    assert sum(row["countedAsParty"] == "true" for row in found) == int(
        rows(graph, "api/state", state="NIU")[0]["partyTo"]
    )


def test_dialogues_of_session_39_stand_in_paragraph_5(graph: Store) -> None:
    found = rows(graph, "questions/dialogues-at-session", **CMW_39)
    assert [row["name"] for row in found] == ["Benin", "Egypt", "Peru", "Seychelles"]
    assert {(row["symbol"], row["paragraphNumber"]) for row in found} == {("CMW/C/SR.590", "5")}
    assert all("Benin, Egypt, Peru and Seychelles" in row["quotations"] for row in found)


def test_the_four_states_of_the_dialogues_were_bound_by_then(graph: Store) -> None:
    found = rows(graph, "questions/dialogues-at-session", **CMW_39)
    assert all(row["boundSince"] < "2024-12-02" for row in found)


def test_session_39_adopted_nine_texts(graph: Store) -> None:
    """Four concluding observations, one list of issues, three prior to reporting, No. 6."""
    found = rows(graph, "questions/adoptions-at-session", **CMW_39)
    assert sorted(row["className"] for row in found) == [
        *["concluding observations"] * 4,
        "general comment",
        "list of issues",
        *["list of issues prior to reporting"] * 3,
    ]


def test_planned_ceremony_never_appears_as_an_event_that_happened(graph: Store) -> None:
    happened = rows(graph, "api/events")
    assert happened
    assert not any("ceremony" in row["event"] for row in happened)
    (ceremony,) = [
        row for row in rows(graph, "api/session-events", **CMW_39) if "ceremony" in row["event"]
    ]
    assert (ceremony["planned"], ceremony["date"]) == ("true", "2025-04")
    assert (ceremony["kind"], ceremony["paragraph"][-2:]) == ("planned event", "p4")


def test_only_planned_events_are_marked_as_planned(graph: Store) -> None:
    found = rows(graph, "api/session-events", **CMW_39)
    assert {row["kind"] for row in found if row["planned"] == "true"} == {"planned event"}
    assert all(row["planned"] == "false" for row in found if row["kind"] != "planned event")


def test_follow_up_of_azerbaijan_was_examined_at_session_39(graph: Store) -> None:
    (found,) = rows(graph, "questions/follow-up-at-session", **CMW_39)
    assert (found["name"], found["respondsToSymbol"]) == ("Azerbaijan", "CMW/C/AZE/CO/3")


def test_meeting_with_the_high_commissioner_was_private_and_the_first(graph: Store) -> None:
    found = rows(graph, "questions/who-met-a-committee", body="cmw")
    private = {row["participantName"]: row for row in found if row.get("accessName") == "Private"}
    assert set(private) == {"United Nations High Commissioner for Human Rights", "Volker Türk"}
    assert {row["first"] for row in private.values()} == {"true"}


def test_calls_of_session_39_say_who_asks_whom(graph: Store) -> None:
    found = rows(graph, "questions/calls-at-session", **CMW_39)
    asked = {(row["expressedByName"][:12], row.get("addresseeName")) for row in found}
    assert ("Committee on", "States") in asked
    assert ("Chairs of th", "States") in asked
    assert ("Committee on", "Other treaty bodies") in asked


def test_general_comment_6_was_adopted_as_paragraph_4_says(graph: Store) -> None:
    thing = "event/cmw/39/adoption/general-comment-6"
    (found,) = rows(graph, "questions/evidence-of-an-event", thing=thing)
    assert (found["symbol"], found["paragraphNumber"]) == ("CMW/C/SR.590", "4")


def test_iraq_ratified_icerd_on_the_depositarys_day(graph: Store) -> None:
    """Older pages give 14 January 1970; the depositary now gives 13 February."""
    acts = rows(graph, "api/state-treaty-actions", state="IRQ", instrument="icerd")
    assert {row["date"] for row in acts if row["typeName"] == "Ratification"} == {"1970-02-13"}
    aside = rows(graph, "api/disagreements", outcome="set-aside")
    assert "1970-01-14" in {row["value"] for row in aside}
    both = [
        row for row in rows(graph, "questions/sources-that-disagree") if "icerd/IRQ" in row["thing"]
    ]
    assert {(row["value"], row["otherValue"]) for row in both} == {("1970-01-14", "1970-02-13")}


def test_region_includes_the_regions_within(graph: Store) -> None:
    africa = {row["iso3"] for row in rows(graph, "api/states", region="002")}
    assert {"BEN", "EGY", "ZAF"} <= africa
    assert "PER" not in africa
    assert len(rows(graph, "api/states")) == 197


def test_kind_of_instrument_includes_the_kinds_below(graph: Store) -> None:
    count = {kind: len(rows(graph, "api/instruments", kind=kind)) for kind in KINDS}
    assert (count["CoreTreaty"], count["OptionalProtocol"]) == (9, 9)
    assert count["Treaty"] > 18
    assert len(rows(graph, "api/instruments")) == count["Treaty"] + count["PoliticalInstrument"]


def test_theme_includes_the_themes_below(graph: Store) -> None:
    themes = {row["foundBy"] for row in rows(graph, "api/theme-things", theme="equality")}
    assert any(theme.endswith("/xenophobia") for theme in themes)


def test_themes_are_counted_as_the_release_has_them(graph: Store) -> None:
    prefixes = "PREFIX tbo: <https://w3id.org/treatybodies/ontology#>\n"
    walked = (
        f"{prefixes}SELECT ?theme (COUNT(*) AS ?n) {{ ?thing tbo:hasTheme ?theme }} GROUP BY ?theme"
    )
    carried = {str(row["theme"].value): row["n"].value for row in solutions(graph, walked)}
    listed = {row["theme"]: row["things"] for row in rows(graph, "api/themes")}
    assert {theme: number for theme, number in listed.items() if number != "0"} == carried


def test_no_fact_lacks_a_source(graph: Store) -> None:
    found = rows(graph, "questions/facts-without-a-source")
    assert {row["withoutSource"] for row in found} == {"0"}
