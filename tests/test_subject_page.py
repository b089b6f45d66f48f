"""The draft and what goes out of it in a real browser: readable by all, on paper and on a phone."""

from pathlib import Path

import pytest
from browser_fixtures import axe_violations
from life_fixtures import HER, Life, held_on_her
from playwright.sync_api import BrowserContext

from kiosk.config import RetentionSection
from kiosk.releasing import (
    draft_json,
    draft_page,
    notices,
    read_draft,
    release_page,
)
from kiosk.subject.document import to_html
from kiosk.subject.draft import items_of, to_json

SIZES = ((1280, 800), (820, 1180), (390, 844))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Of a pupil to whom everything has happened: the draft, and all of it gone out."""
    life = Life(tmp_path_factory.mktemp("life") / "data").live()
    rows = to_json(items_of(held_on_her(life)))
    made = {"school": "Oak Lane School", "name": HER.name, "admission": HER.admission}
    made |= {"made": "2026-03-03T15:40+00:00", "items": [{**row, "release": True} for row in rows]}
    draft = read_draft(draft_json(made), "draft.json")
    return {
        "draft": to_html(draft_page({**made, "items": rows})),
        "release": to_html(release_page(draft, notices(draft, RetentionSection()))),
    }


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("name", ["draft", "release"])
def test_it_can_be_read_at_every_width_and_by_everybody(
    context: BrowserContext, pages: dict[str, str], name: str, size: tuple[int, int], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(pages[name], encoding="utf-8")
    page = context.new_page()
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto((tmp_path / "page.html").as_uri())

    assert [found["id"] for found in axe_violations(page)] == []
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollWidth <= {root}.clientWidth")


def test_the_page_asks_for_nothing_outside_itself(
    context: BrowserContext, pages: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "page.html").write_text(pages["release"], encoding="utf-8")
    asked: list[str] = []
    page = context.new_page()
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "page.html").as_uri())

    assert asked == [(tmp_path / "page.html").as_uri()]
