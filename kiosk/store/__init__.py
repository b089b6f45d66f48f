"""The record: events and tables. With the journal, the only user of TinyDB."""

from kiosk.store.history import History, Query
from kiosk.store.rotation import Rotation
from kiosk.store.store import Store
from kiosk.store.tables import FILE_NAME

__all__ = ["FILE_NAME", "History", "Query", "Rotation", "Store"]
