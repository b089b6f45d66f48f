"""Examines a machine and what is fitted to it, for ``kiosk doctor``: reads, and changes nothing.

A check is a small function from a ``Subject`` to findings; each module here has its own in
``CHECKS``. Everything it looks at comes through ``Machine``.
"""

from hardware.doctor import (
    banks,
    boot,
    computer,
    fittings,
    header,
    holders,
    packages,
    sandbox,
    serial_ports,
    storage,
)
from hardware.doctor.examination import Check, Subject, carry_out
from hardware.doctor.finding import Finding, Verdict
from hardware.doctor.machine import Machine, this_machine

__all__ = [
    "CHECKS",
    "Check",
    "Finding",
    "Machine",
    "Subject",
    "Verdict",
    "carry_out",
    "this_machine",
]

CHECKS: tuple[Check, ...] = (
    *computer.CHECKS,
    *packages.CHECKS,
    *header.CHECKS,
    *boot.CHECKS,
    *fittings.CHECKS,
    *banks.CHECKS,
    *serial_ports.CHECKS,
    *holders.CHECKS,
    *sandbox.CHECKS,
    *storage.CHECKS,
)
