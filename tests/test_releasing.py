"""What goes out of a reviewed draft: what the reviewer said, and nothing that tells of the rest."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.config import RetentionSection
from kiosk.errors import BadInput
from kiosk.releasing import (
    draft_json,
    draft_page,
    notices,
    read_draft,
    release_json,
    release_page,
)
from kiosk.subject.document import Page, to_html
from kiosk.subject.telling import Section

NOTICES = ("of 2 March",)
Change = Callable[[dict[str, Any]], None]


def item(number: int, **more: Any) -> dict[str, Any]:
    return {
        "item": number,
        "section": Section.INCIDENTS.value,
        "at": "2026-03-02T09:00+00:00",
        "what": f"what {number}",
        "words": "",
        "review": "",
        "release": True,
        **more,
    }


def made(*items: dict[str, Any]) -> dict[str, Any]:
    return {
        "school": "Oak Lane School",
        "name": "Ana Silva",
        "admission": "1001",
        "made": "2026-03-02T09:30+00:00",
        "items": list(items),
    }


def out(text: str) -> tuple[str, str]:
    draft = read_draft(text, "draft.json")
    return release_json(draft, NOTICES), to_html(release_page(draft, NOTICES))


def test_only_what_is_said_to_go_out_does_as_it_was_edited() -> None:
    draft = json.loads(draft_json(made(item(1), item(2, words="as written", release=False))))
    draft["items"][1] |= {"release": True, "words": "as edited"}
    draft["items"][0]["release"] = False
    data, page = out(json.dumps(draft))

    (row,) = json.loads(data)["items"]
    assert (row["what"], row["words"]) == ("what 2", "as edited")
    assert ("as edited" in page, "as written" in page, "what 1" in page) == (True, False, False)


ITEMS = st.lists(
    st.fixed_dictionaries(
        {
            "section": st.sampled_from([section.value for section in Section]),
            "at": st.sampled_from(["", "2026-03-02T09:00+00:00"]),
            "what": st.text(min_size=1, max_size=8),
            "words": st.text(max_size=8),
            "release": st.booleans(),
        }
    ),
    max_size=8,
)


@given(ITEMS)
def test_what_is_left_out_leaves_no_trace(drawn: list[dict[str, Any]]) -> None:
    """The same goes out as if it had never been in the draft."""
    whole = [item(n, **one) for n, one in enumerate(drawn, start=1)]
    going = [one for one in drawn if one["release"]]
    only = [item(n, **one) for n, one in enumerate(going, start=1)]

    assert out(draft_json(made(*whole))) == out(draft_json(made(*only)))


def test_no_mark_of_the_draft_goes_out() -> None:
    data, page = out(draft_json(made(item(1, words="w", review="LOOK"), item(7))))

    for mark in ("LOOK", "DRAFT", "release", "review", '"item"', "Goes out", ">7<"):
        assert mark not in data
        assert mark not in page
    assert json.loads(data).keys() == {"school", "name", "made", "about", "items"}


def test_the_draft_shows_the_reviewer_what_is_to_be_looked_at() -> None:
    page = to_html(draft_page(made(item(1), item(2, words="w", release=False))))

    assert "DRAFT: what is held on Ana Silva" in page
    assert page.count("NOT YET") == 1
    assert "goes to nobody else" in page


def damaged(change: Change) -> str:
    draft = json.loads(draft_json(made(item(1))))
    change(draft)
    return json.dumps(draft)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda d: d["items"][0].update(release="yes"), "items 1, release"),
        (lambda d: d["items"][0].update(release=1), "1, release"),
        (lambda d: d["items"][0].pop("words"), "items 1, words"),
        (lambda d: d["items"][0].update(extra=1), "items 1, extra"),
        (lambda d: d["items"][0].update(section="Gossip"), "no section Gossip"),
        (lambda d: d.update(format="2"), "says it is '2'"),
        (lambda d: d.update(made="yesterday"), "made"),
        (lambda d: d.pop("items"), "items"),
    ],
)
def test_a_draft_that_was_damaged_is_refused_with_the_place(change: Change, why: str) -> None:
    with pytest.raises(BadInput, match=r"^draft\.json: .*") as refused:
        read_draft(damaged(change), "draft.json")
    assert why in str(refused.value)


@pytest.mark.parametrize("text", ["", "a shopping list", "[]", "null", '{"items": ['])
def test_what_is_no_draft_is_refused(text: str) -> None:
    with pytest.raises(BadInput, match="no draft that can be released"):
        read_draft(text, "list.txt")


@given(st.text(), st.text(min_size=1))
def test_whatever_stands_in_the_record_is_text_on_the_page(words: str, name: str) -> None:
    nasty = f"{words}<script>alert(1)</script><img src=x onerror=y>"
    row = item(1, words=nasty, what=nasty)
    page = to_html(Page(name, (nasty,), [row], is_draft=True))

    assert "<script" not in page
    assert "<img" not in page


def test_somebody_is_told_how_long_what_is_kept_and_where_to_complain() -> None:
    draft = read_draft(draft_json(made(item(1))), "d")
    said = " ".join(notices(draft, RetentionSection(taps_days=60)))

    assert "kept 60 days" in said
    assert "Oak Lane School holds on Ana Silva, as of 2 March 2026" in said
    assert "Information Commissioner" in said
