"""Days at a small kiosk, as they might go: steps by name, drawn by lot, each a valid message."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import time, timedelta

from cabinet import ANA, ANAS_CARD, BEN, BENS_CARD, SmallKiosk
from conftest import LONDON, FakeClock, make_rules
from hypothesis import strategies as st

from kiosk.events import Reason
from kiosk.messages.arrangements import (
    EndExemption,
    EndPass,
    GivePass,
    GrantExemption,
    HandOver,
    LetGoHome,
    LiftHold,
    PlaceHold,
    ReleaseNow,
    TakeIn,
)
from kiosk.messages.commands import (
    STATEMENTS,
    BlockCard,
    ConfirmClock,
    EnrolCard,
    ImportRoster,
    Override,
    SaveUser,
    StateCustody,
)
from kiosk.messages.cubbies import (
    AssignBox,
    AssignCubby,
    ByKey,
    EnterKeyUse,
    GiveAllClear,
    LookInside,
    PutBackInService,
    RaiseFire,
    TakeOutOfService,
    UnassignCubby,
)
from kiosk.messages.incidents import Move
from kiosk.messages.record import StoreFailed, StoreRecovered
from kiosk.messages.sensed import Closed, Opened, PartBack, PartLost, PulseRejected, Tick
from kiosk.model import Credential, PersonKind, User
from kiosk.state.arrangements import (
    PRIVATE_HOLDS,
    Exemption,
    ExemptionEffect,
    ExemptionKind,
    HoldKind,
)

HEAD = "head"
BELOW = ("reception", "pastoral", "teacher")  # each a user of that role alone
STAFF = (HEAD, *BELOW)
CARDS = {ANA.id: ANAS_CARD, BEN.id: BENS_CARD}
WAITS = (1, 6, 20, 40, 150, 400, 3600)
HOURS = ((8, 30), (12, 0), (12, 0), (15, 20), (15, 20), (18, 0))


class Days:
    """A kiosk with two cubbies and two people, and what may happen to it. ``pick``: a number drawn
    by lot, which says who, where or how."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.kiosk = SmallKiosk(make_rules(2, 2), self.clock)
        self.add_staff()

    def add_staff(self) -> None:
        self.kiosk.take(SaveUser("console", User(HEAD, "head", "", ("headteacher", "dsl"))))
        for role in BELOW:
            self.kiosk.take(SaveUser("console", User(role, role, "", (role,))))

    def staff(self, pick: int) -> str:
        """Who does it: any of them, as often as the head."""
        return STAFF[pick // 64]

    def step(self, name: str, pick: int) -> None:
        """One thing happens."""
        STEPS[name](self, pick)

    def who(self, pick: int) -> str:
        return (ANA.id, BEN.id)[pick % 2]

    def deposit(self, pick: int) -> int:
        """The number of a deposit; 0 for none."""
        kept = sorted(self.kiosk.standing.state.deposits)
        return kept[pick % len(kept)] if kept else 0

    def wait(self, pick: int) -> None:
        self.clock.advance(WAITS[pick % len(WAITS)])
        self.kiosk.take(Tick())

    def to_hour(self, pick: int) -> None:
        """On to some hour of this day, or of the next."""
        hour, minute = HOURS[pick % len(HOURS)]
        at = self.clock.at.astimezone(LONDON)
        is_past = (at.hour, at.minute) >= (hour, minute)
        self.clock.to(hour, minute, days=1 if is_past else 0)
        self.kiosk.take(Tick())

    def hand_in(self, pick: int) -> None:
        """A tap, and its door opens and is shut: a deposit, if the tap was granted one."""
        self.kiosk.tap(CARDS[self.who(pick)])
        self.whole_opening(pick)

    def whole_opening(self, pick: int) -> None:
        """A tap's door opens and is shut."""
        for cubby in list(self.kiosk.standing.state.transactions):
            self.kiosk.open(cubby)
            self.kiosk.close(cubby)

    def restart(self, pick: int) -> None:
        self.clock.trusted = bool(pick % 3)
        self.kiosk.power_cut({1 + pick % 2: bool(pick % 4 == 3)})

    def override(self, pick: int) -> None:
        cubby = 1 + pick % 2
        kept = self.kiosk.standing.state.deposit_in(cubby)
        person = kept.person if kept else None
        reason = (Reason.MEDICAL, Reason.OTHER)[pick % 3 == 0]
        self.kiosk.take(Override(self.staff(pick), cubby, person, reason))

    def state_custody(self, pick: int) -> None:
        what = STATEMENTS[pick % len(STATEMENTS)]
        self.kiosk.take(StateCustody(self.staff(pick), self.deposit(pick), what))

    def give_pass(self, pick: int) -> None:
        begins = self.clock.at + timedelta(minutes=(0, 30)[pick % 3 == 0])
        ends = begins + timedelta(hours=1)
        self.kiosk.take(GivePass(HEAD, self.who(pick), begins, ends, pick % 4 != 3))

    def exempt(self, pick: int) -> None:
        kinds, effects = list(ExemptionKind), list(ExemptionEffect)
        kind = ExemptionKind.MEDICAL if pick % 2 else kinds[pick % 3]
        today = self.clock.at.astimezone(LONDON).date()
        exemption = Exemption(
            0,
            self.who(pick // 2),
            kind,
            effects[pick // 4 % 4],
            today - timedelta(days=pick % 2),
            windows=((time(11), time(13)),),
        )
        self.kiosk.take(GrantExemption((HEAD, "console")[pick % 5 == 4], exemption))

    def hold(self, pick: int) -> None:
        kind = list(HoldKind)[pick % len(HoldKind)]
        actor = HEAD if kind in PRIVATE_HOLDS else self.staff(pick)
        self.kiosk.take(PlaceHold(actor, self.deposit(pick), kind, is_need_met=pick % 3 == 0))

    def lift(self, pick: int) -> None:
        hold = min(self.kiosk.standing.state.holds, default=0)
        self.kiosk.take(LiftHold(self.staff(pick), hold))

    def take_in(self, pick: int) -> None:
        self.kiosk.take(TakeIn(self.staff(pick), self.who(pick)))

    def hand_over(self, pick: int) -> None:
        self.kiosk.take(HandOver(self.staff(pick), self.deposit(pick), "seen"))

    def move(self, pick: int) -> None:
        move = Move(self.staff(pick), self.deposit(pick), 1 + pick // 2 % 2, pick % 3 > 0)
        self.kiosk.take(move)

    def look_inside(self, pick: int) -> None:
        people = {self.who(n) for n in (0, 1) if pick >> n & 1}
        seen = LookInside(
            self.staff(pick), 1 + pick // 4 % 2, frozenset(people), pick // 8 % 4 == 0
        )
        self.kiosk.take(seen)

    def by_key(self, pick: int) -> None:
        told = ByKey(1 + pick % 2, STATEMENTS[pick // 2 % 3])
        self.kiosk.take(EnterKeyUse(self.staff(pick), (HEAD, "teacher"), (told,)))

    def end_exemption(self, pick: int) -> None:
        known = min(self.kiosk.standing.state.exemptions, default=0)
        self.kiosk.take(EndExemption(HEAD, known))

    def another_card(self, pick: int) -> None:
        until = self.clock.at + timedelta(hours=(-1, 5)[pick % 3 > 0])
        card = Credential(f"{pick:04x}", self.who(pick), valid_until=until)
        self.kiosk.take(EnrolCard("office", card, replaces=pick % 4 == 0))

    def change_person(self, pick: int) -> None:
        known = self.kiosk.standing.roster.people[self.who(pick)]
        kind = (PersonKind.PUPIL, PersonKind.STAFF)[pick % 5 == 4]
        changed = replace(known, leaver=pick % 3 == 0, kind=kind)
        self.kiosk.take(ImportRoster("office", (changed,), 0, 1))

    def part(self, pick: int) -> None:
        part, bank = (("reader", ""), ("locks", "main"))[pick % 2]
        is_lost = pick % 4 < 2
        self.kiosk.take(PartLost(part, bank) if is_lost else PartBack(part, bank))

    def reject(self, pick: int) -> None:
        for transaction in list(self.kiosk.standing.state.transactions.values()):
            self.kiosk.take(PulseRejected(transaction.cubby, transaction.cause))


STEPS: Mapping[str, Callable[[Days, int], object]] = {
    "tap": lambda days, pick: days.kiosk.tap(CARDS[days.who(pick)]),
    "wait": Days.wait,
    "to hour": Days.to_hour,
    "hand in": Days.hand_in,
    "whole opening": Days.whole_opening,
    "open": lambda days, pick: days.kiosk.take(Opened(1 + pick % 2)),
    "close": lambda days, pick: days.kiosk.take(Closed(1 + pick % 2)),
    "reject": Days.reject,
    "restart": Days.restart,
    "override": Days.override,
    "state custody": Days.state_custody,
    "give pass": Days.give_pass,
    "end pass": lambda days, pick: days.kiosk.take(EndPass(HEAD, days.who(pick))),
    "going home": lambda days, pick: days.kiosk.take(LetGoHome(HEAD, days.who(pick))),
    "release now": lambda days, pick: days.kiosk.take(
        ReleaseNow(HEAD, frozenset({ANA.form} if pick % 2 else ()))
    ),
    "exempt": Days.exempt,
    "end exemption": Days.end_exemption,
    "hold": Days.hold,
    "lift": Days.lift,
    "take in": Days.take_in,
    "hand over": Days.hand_over,
    "move": Days.move,
    "look inside": Days.look_inside,
    "by key": Days.by_key,
    "another card": Days.another_card,
    "block card": lambda days, pick: days.kiosk.take(BlockCard("office", CARDS[days.who(pick)])),
    "change person": Days.change_person,
    "part": Days.part,
    "disk": lambda days, pick: days.kiosk.take(
        StoreFailed("full") if pick % 2 else StoreRecovered({})
    ),
    "box": lambda days, pick: days.kiosk.take(AssignBox(HEAD, 1 + pick % 2, ANA.form)),
    "own": lambda days, pick: days.kiosk.take(
        AssignCubby(HEAD, 1 + pick % 2, days.who(pick // 2), with_others=True)
    ),
    "unassign": lambda days, pick: days.kiosk.take(UnassignCubby(HEAD, 1 + pick % 2)),
    "out of service": lambda days, pick: days.kiosk.take(
        TakeOutOfService(HEAD, 1 + pick % 2, Reason.OTHER)
    ),
    "in service": lambda days, pick: days.kiosk.take(PutBackInService(HEAD, 1 + pick % 2)),
    "fire": lambda days, pick: days.kiosk.take(RaiseFire(HEAD)),
    "all clear": lambda days, pick: days.kiosk.take(GiveAllClear(HEAD)),
    "confirm clock": lambda days, pick: days.kiosk.take(ConfirmClock(HEAD)),
}
# What happens all the time is drawn more often than what is rare.
_OFTEN = ["tap", "hand in", "to hour"] * 8 + ["exempt", "hold", "give pass", "wait"] * 2
STEPS_BY_LOT = st.lists(
    st.tuples(st.sampled_from([*_OFTEN, *STEPS]), st.integers(0, 255)), min_size=8, max_size=30
)
# What staff of any role may try, with somebody at the doors meanwhile.
_BY_STAFF = ("override", "state custody", "hold", "lift", "take in", "hand over", "move")
STAFFS_STEPS_BY_LOT = st.lists(
    st.tuples(
        st.sampled_from([*_BY_STAFF, "look inside", "by key", "whole opening", "tap", "restart"]),
        st.integers(0, 255),
    ),
    min_size=1,
    max_size=12,
)
