"""What `make lighthouse` says of the pages: read from its reports, and held by the docs. It is
run by hand: here is what can be known of it without npm."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from test_docs import DOCS, ROOT
from webui_fixtures import FakeService as Service
from webui_fixtures import Site, site_of

sys.path.insert(0, str(ROOT))  # benchmarks are no part of the package that is installed

from benchmarks import lighthouse
from benchmarks.lighthouse import CATEGORIES, FORMS, Score, Spot, score_of, spots, table

TOLD = DOCS / "lighthouse.json"
CABINET = spots("/people/p1")[1]
LOCK = json.loads((ROOT / "requirements/lighthouse/package-lock.json").read_text(encoding="utf-8"))


def report(**points: float) -> dict[str, Any]:
    """As Lighthouse writes it: an audit that counts a category's points, and one that does not."""
    names = dict.fromkeys(CATEGORIES, 1.0) | {k.replace("_", "-"): v for k, v in points.items()}
    return {
        "categories": {
            name: {
                "score": score,
                "auditRefs": [
                    {"id": f"of-{name}", "weight": 1},
                    {"id": f"beside-{name}", "weight": 0},
                ],
            }
            for name, score in names.items()
        },
        "audits": {
            f"{kind}-{name}": {"score": score} for name, score in names.items()
            for kind in ("of", "beside")
        },
    }  # fmt: skip


def test_a_report_becomes_points_of_a_hundred_with_the_audits_that_cost_some() -> None:
    score = score_of(report(accessibility=0.97, performance=0.5), Spot("Lists", "/lists"), "desk")
    assert dict(score.points) == {"accessibility": 97, "best-practices": 100, "performance": 50}
    assert score.faults == ["of-accessibility"]
    assert score.missed == ["accessibility"]


def test_only_the_cabinet_has_to_be_fast() -> None:
    told = report(performance=0.94)
    assert score_of(told, CABINET, "phone").missed == ["performance"]
    assert all(not score_of(told, one, "desk").missed for one in spots("/p") if one != CABINET)


def test_of_several_looks_the_middle_one_counts() -> None:
    looks = [score_of(report(performance=of), CABINET, "desk") for of in (0.5, 0.99, 0.9)]
    assert lighthouse.middle(looks).points["performance"] == 90


def test_no_cookie_stands_in_a_command_line() -> None:
    asked = lighthouse.command(CABINET, "desk", "http://127.0.0.1:1", Path("tool"), Path("folder"))
    assert "--extra-headers=folder/headers.json" in asked
    assert not any("Cookie" in part for part in asked)
    stranger = lighthouse.command(spots("/p")[0], "phone", "http://a", Path("t"), Path("f"))
    assert not any("headers" in part or "desktop" in part for part in stranger)


def test_a_report_that_was_kept_comes_back() -> None:
    scores = [Score("Lists", "desk", dict.fromkeys(CATEGORIES, 99), {}, ["of"])]
    assert lighthouse.load(lighthouse.dump(scores, {})) == scores


def test_the_table_in_the_docs_is_what_was_measured_and_good_enough() -> None:
    scores = lighthouse.load(TOLD.read_text(encoding="utf-8"))
    assert {(s.page, s.form) for s in scores} == {(s.name, f) for s in spots("") for f in FORMS}
    assert [(score.page, score.form) for score in scores if score.missed] == []
    assert table(scores) in (DOCS / "pages.md").read_text(encoding="utf-8")


class Eyeless(lighthouse.Visitor):
    """The visitor over the pages themselves, without a server. The first door springs open."""

    def __init__(self, here: Site) -> None:
        super().__init__("http://localhost")
        self.here = here

    def _ask(self, method: str, path: str, body: str | None = None) -> str:
        answer = self.here.client.open(
            path,
            method=method,
            data=body,
            headers={"Origin": "http://localhost"},
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code in (200, 204, 303), path
        return answer.text


def test_the_kiosk_is_furnished_as_pupils_and_staff_would() -> None:
    here = site_of(Service(), simulated=True)
    roster = here.service.standing().roster
    desk = replace(roster.users["u-reception"], name="office")
    here.service.keep(replace(roster, users={desk.id: desk}))
    visitor, waited = Eyeless(here), list[bool]()

    def until(holds: Any) -> None:
        waited.append(holds() or holds())

    path = lighthouse.furnish(visitor, "three random words", until)
    assert waited == [True] * 2 * lighthouse.PUPILS
    assert len(here.service.standing().state.deposits) == lighthouse.PUPILS
    assert re.fullmatch(r"/people/p-\w+", path)
    assert "What can be done" in visitor.get(path)


def test_every_package_is_pinned_by_its_digest_and_says_no_place_that_it_is_from() -> None:
    packages = {name: one for name, one in LOCK["packages"].items() if name}
    assert "node_modules/lighthouse" in packages
    assert all(one["integrity"].startswith("sha512-") for one in packages.values())
    assert "://" not in json.dumps(LOCK)
