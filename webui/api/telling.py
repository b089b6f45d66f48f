"""Events as programs are told them: to those that ask, and to those that are sent them."""

from collections.abc import Collection
from itertools import islice

from kiosk.events import EventType
from kiosk.outgoing.gathering import AT_ONCE, Batch
from kiosk.policy.disclosure import as_seen
from kiosk.policy.scopes import Scope, permissions_of
from kiosk.service import Service
from kiosk.store import Query
from webui.api import answers
from webui.api.models import Events
from webui.wording import People


def events_since(
    service: Service,
    scopes: Collection[str],
    after: int,
    limit: int,
    types: Collection[EventType] = (),
) -> Events:
    """Those of the ``limit`` events after a number that a token with these scopes is told; of
    ``types`` alone, where some are given."""
    read = list(islice(service.history().oldest_first(Query(after=after)), limit + 1))
    seen = permissions_of(scopes)
    people = People(service.standing().roster, Scope.NAMES in scopes)
    wanted = [event for event in read[:limit] if not types or event.type in types]
    told = [shown for event in wanted if (shown := as_seen(event, seen)) is not None]
    return Events(
        events=[answers.event(event, people) for event in told],
        next=read[:limit][-1].seq if read else after,
        more=len(read) > limit,
    )


def batch_since(
    service: Service, scopes: tuple[str, ...], types: frozenset[EventType], after: int
) -> Batch:
    """The same as it is sent to a program, with no question asked."""
    told = events_since(service, scopes, after, AT_ONCE, types)
    return Batch(told.model_dump_json().encode(), len(told.events), told.next)
