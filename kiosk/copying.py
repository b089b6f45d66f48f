"""The process that makes or checks a backup when the pages ask for it, or verifies the record: the
file is its standard input, open for reading and writing, and what there is to say goes to its
standard output."""

import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kiosk.confined import confine
from kiosk.errors import ConfigError, KioskError, RecordFault
from kiosk.keys import Keys, load_keys
from kiosk.store.backup import copy_sealed
from kiosk.store.restore import look_into
from kiosk.store.snapshot import take_snapshot
from kiosk.store.tables import FILE_NAME
from kiosk.store.verify import chain_of, verify

Json = dict[str, Any]

LIMIT_S = 600.0  # a record of years, on a Pi
MEMORY = 144 << 20  # bytes, as for reports
MAKE, CHECK, VERIFY = "make", "check", "verify"
FILE = Path("/dev/stdin")
MOST_FINDINGS = 20


def make(data: Path, keys: Keys, kiosk: str) -> Json:
    """Write a sealed copy of the record to standard input."""
    with os.fdopen(os.dup(sys.stdin.fileno()), "r+b") as file:
        made = copy_sealed(data, file, keys, kiosk, datetime.now(UTC))
    return {
        "anchor": list(made.anchor),
        "size": made.size,
        "sha256": made.sha256,
        "findings": list(made.findings[:MOST_FINDINGS]),
    }


def check(data: Path, keys: Keys, kiosk: str) -> Json:
    """Say what is in the backup on standard input, and leave nothing behind."""
    found = look_into(FILE, data, keys, kiosk)
    return {
        "kiosk": found.kiosk,
        "made_at": found.made_at,
        "anchor": list(found.verified.anchor),
        "events": found.verified.events,
        "counts": dict(found.counts),
        "findings": [str(finding) for finding in found.verified.findings[:MOST_FINDINGS]],
    }


def verified(data: Path, keys: Keys, kiosk: str) -> Json:
    """Say whether the record is as it was written: no more than how much of it is not, and which
    files, as whoever asks may not be one to know what is in it."""
    try:
        with take_snapshot(data) as snapshot:
            result = verify(snapshot, chain_of(keys, kiosk))
    except RecordFault:  # it is damaged, gone, or the disk does not give it back
        return {"events": 0, "anchor": [0, ""], "findings": 1, "files": [FILE_NAME]}
    return {
        "events": result.events,
        "anchor": list(result.anchor),
        "findings": len(result.findings),
        "files": result.files,
    }


def main(job: str, data: Path, key_dir: Path, kiosk: str) -> None:
    """Do it, and print how it went."""
    confine(LIMIT_S, MEMORY)
    try:
        told = {MAKE: make, CHECK: check, VERIFY: verified}[job](data, load_keys(key_dir), kiosk)
    except ConfigError as fault:
        told = {"fault": "; ".join(fault.faults)}
    except (KioskError, OSError) as fault:
        told = {"fault": str(fault).replace(f"{FILE}: ", "")}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
