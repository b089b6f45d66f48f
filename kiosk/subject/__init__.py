"""What is kept of one person, taken together for them: a draft, and what is handed out of it. Pure.

Start at ``draft.py``. What may not show at all, to whoever asks, never comes in: it is left out
where events are told (``telling.py``), so that no later step has anything to hide.
"""
