"""What each event does to the state: a pure fold, a module for each kind. Start at ``fold.py``."""

from kiosk.custody.fold import apply, believed, fold

__all__ = ["apply", "believed", "fold"]
