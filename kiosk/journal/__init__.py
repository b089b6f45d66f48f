"""TinyDB on an append-only, checksummed, chained journal file. Needs TinyDB and nothing else."""

from kiosk.journal.database import JournalDB
from kiosk.journal.errors import Damaged, InUse, JournalError, NewerFormat, WriteFailed
from kiosk.journal.recovery import Recovered
from kiosk.journal.salvage import Gap, Repair, repair
from kiosk.journal.storage import JournalStorage
from kiosk.journal.system import Hasty, System
from kiosk.journal.table import JournalTable

__all__ = [
    "Damaged",
    "Gap",
    "Hasty",
    "InUse",
    "JournalDB",
    "JournalError",
    "JournalStorage",
    "JournalTable",
    "NewerFormat",
    "Recovered",
    "Repair",
    "System",
    "WriteFailed",
    "repair",
]
