"""The bundle for whoever helps from afar: how the machine and the kiosk are, and nobody in it.

What comes from the log and from the doctor is text that anything may stand in: every name, number
and id on record is taken out of it.
"""

import platform
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from kiosk import __version__
from kiosk.config import Config
from kiosk.drafting import Standing
from kiosk.model import Roster
from kiosk.service import Service
from kiosk.view import counts, cubby_views

Json = dict[str, Any]

REMOVED = "[removed]"
SHORTEST = 2  # characters of what is taken out: one letter or digit names nobody
_HOLDS_EVENTS = "kept in this log alone"  # events themselves, while the disk failed


def make_bundle(service: Service, config: Json, examined: Json, log: Sequence[str]) -> Json:
    """The whole bundle. ``config``: of ``plain_config``; ``examined``: what the doctor found;
    ``log``: the last lines."""
    standing, rules = service.standing(), service.rules
    names = re.compile(_pattern(standing.roster), re.IGNORECASE)
    return {
        "made": service.now().at.isoformat(timespec="seconds"),
        "versions": {
            "kiosk": __version__,
            "python": platform.python_version(),
            "machine": f"{platform.system()} {platform.release()} {platform.machine()}",
        },
        "health": {**asdict(service.health()), "store": _store_words(service)},
        "counts": {**asdict(counts(cubby_views(rules, standing))), **_counts(standing)},
        "alerts": sorted(raised.alert.value for raised in standing.state.alerts.values()),
        "examined": _without(names, examined),
        "config": config,
        "log": [names.sub(REMOVED, line) for line in log if _HOLDS_EVENTS not in line],
    }


def plain_config(config: Config) -> Json:
    """What the machine is, without the school's name and the names it is asked for by."""
    told: Json = config.model_dump(mode="json")
    del told["school"]["name"], told["web"]["trusted_hosts"]
    for receiver in (*told["tell"]["webhooks"], *told["tell"]["messages"]):
        receiver["url"] = REMOVED  # it names a host, and may have a password in it
    return told


def _store_words(service: Service) -> str:
    return "ok" if service.health().store == "ok" else "failing"


def _counts(standing: Standing) -> Mapping[str, int]:
    roster, state = standing.roster, standing.state
    return {
        "events": state.seq,
        "deposits": len(state.deposits),
        "people": len(roster.people),
        "cards": len(roster.credentials),
        "users": len(roster.users),
        "tokens": len(roster.tokens),
    }


def _pattern(roster: Roster) -> str:
    """What finds every word that is somebody's; the longest first, as one may begin another."""
    words = {word for words in _words(roster) if len(word := words.strip()) >= SHORTEST}
    longest = sorted(words, key=len, reverse=True)
    return rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)" if longest else r"(?!)"


def _words(roster: Roster) -> Iterator[str]:
    for person in roster.people.values():
        yield from (person.id, person.admission, person.upn, person.legal_name, person.name)
        yield from (person.forename, person.surname)
    for user in roster.users.values():
        yield from (user.id, user.name)
    yield from (token.name for token in roster.tokens.values())
    yield from roster.credentials


def _without(names: re.Pattern[str], found: Any) -> Any:
    """The same, without anybody in its texts."""
    if isinstance(found, str):
        return names.sub(REMOVED, found)
    if isinstance(found, list):
        return [_without(names, each) for each in found]
    if isinstance(found, dict):
        return {key: _without(names, each) for key, each in found.items()}
    return found
