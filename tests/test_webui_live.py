"""Fragments, and renderings kept for many browsers."""

import pytest
from webui_fixtures import site

from webui import cabinet
from webui.live import Renderings, etag


def test_the_mark_depends_on_the_words_alone():
    assert etag("a") == etag("a") != etag("b")


def test_a_rendering_is_made_once_for_the_same_facts():
    kept, state, made = Renderings(lambda: 0.0), object(), []
    for minute in ("08:40", "08:40", "08:41"):
        kept.get((True,), (state, minute), lambda: made.append(1) or "words")
    assert len(made) == 2


def test_another_state_is_rendered_anew_even_if_it_is_equal():
    kept, made = Renderings(lambda: 0.0), []
    for state in ([1], [1]):
        kept.get((True,), (state,), lambda: made.append(1) or "words")
    assert len(made) == 2


def test_of_many_audiences_those_that_looked_last_are_kept():
    kept, state, made = Renderings(lambda: 0.0, most=2), object(), []
    for form in ("7A", "7B", "7A", "7C", "7A", "7B"):
        kept.get((form,), (state,), lambda form=form: made.append(form) or form)
    assert made == ["7A", "7B", "7C", "7B"]


def test_each_audience_has_its_own():
    kept, state = Renderings(lambda: 0.0), object()
    drawn = [kept.get((sees,), (state,), lambda sees=sees: f"{sees}") for sees in (True, False)]
    assert [one.body for one in drawn] == ["True", "False"]
    assert [one.mark for one in drawn] == [etag("True"), etag("False")]


def test_of_many_browsers_at_once_one_has_the_cabinet_rendered_and_the_others_wait(
    monkeypatch: pytest.MonkeyPatch,
):
    page = site()
    page.sign_in()
    turn, render, alone = page.app.extensions["office"].grids.turn, cabinet._render_grid, []

    def rendered(*facts):
        alone.append(not turn.acquire(blocking=False))
        return render(*facts)

    monkeypatch.setattr(cabinet, "_render_grid", rendered)
    assert page.get("/cabinet/grid").status_code == 200
    assert (alone, turn.locked()) == ([True], False)
