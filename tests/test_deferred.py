"""Verbs that are loaded when somebody types them."""

import gc
from collections.abc import Iterator
from types import SimpleNamespace

import click
import pytest

from kiosk.cli.deferred import Deferred

VERB = click.Command("look")


@pytest.fixture(params=[True, False], ids=["collecting", "not collecting"])
def was_on(request: pytest.FixtureRequest) -> Iterator[bool]:
    before = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if before else gc.disable)()


def test_a_verb_is_loaded_once_and_only_when_it_is_asked_for(mocker) -> None:
    load = mocker.patch("kiosk.cli.deferred.import_module", return_value=SimpleNamespace(look=VERB))
    verbs = Deferred("kiosk.cli", {"look": "looking.look"}, {"look": ("more",)})
    assert list(verbs) == ["look"]
    load.assert_not_called()
    assert verbs["look"] is verbs["look"] is VERB
    assert [call.args for call in load.call_args_list] == [
        ("kiosk.cli.looking",),
        ("kiosk.cli.more",),
    ]


def test_nothing_is_collected_meanwhile_and_afterwards_all_is_as_before(mocker, was_on) -> None:
    found = []

    def load(name: str) -> SimpleNamespace:
        found.append(gc.isenabled())
        if name.endswith("broken"):
            raise ImportError(name)
        return SimpleNamespace(look=VERB)

    mocker.patch("kiosk.cli.deferred.import_module", side_effect=load)
    verbs = Deferred("kiosk.cli", {"look": "looking.look", "bad": "broken.bad"}, {})
    assert verbs["look"] is VERB
    assert gc.isenabled() is was_on
    with pytest.raises(ImportError, match="broken"):
        verbs["bad"]
    assert (found, gc.isenabled()) == ([False, False], was_on)
