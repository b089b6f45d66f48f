"""How those who are told something were reached, in words."""

from kiosk.outgoing.outgoing import Receiver
from webui.office import office
from webui.wording import since_words


def receiver_words(receiver: Receiver) -> str:
    """How it was reached since the kiosk started."""
    progress, service = receiver.progress, office().service
    lost = f"; {progress.lost} given up" if progress.lost else ""
    if progress.fault:
        return f"not reached: {progress.fault}{lost}"
    if progress.last is None:
        return f"nothing was to be told since the kiosk started{lost}"
    times = "once" if progress.sent == 1 else f"{progress.sent} times"
    when = since_words(service.rules, progress.last, service.now().at)
    return f"told {times} since the kiosk started, last {when}{lost}"
