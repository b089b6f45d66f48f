"""Files that somebody asks for: to open in a spreadsheet, or to print."""

from flask import Response

from kiosk.orders.wanted import Format, PaperWanted, Wanted
from webui.office import office

UTF8_MARK = "\ufeff".encode()  # without it, spreadsheets take names for another encoding


def file_of(wanted: Wanted, format: Format, name: str) -> Response:
    """The file, named after what it is and when it was made. A PDF opens in the browser; a CSV is
    saved.

    Raises:
        BadInput, NotMade: it cannot be made, or not now.
    """
    service = office().service
    made = service.make(wanted, format)
    local = service.rules.timetable.local(service.now().at)
    day = "" if isinstance(wanted, PaperWanted) else f"-{local:%Y-%m-%d-%H%M}"
    how = "inline" if format is Format.PDF else "attachment"
    headers = {"Content-Disposition": f'{how}; filename="{name}{day}.{format.value}"'}
    if format is Format.PDF:
        return Response(made, headers=headers, content_type="application/pdf")
    return Response(UTF8_MARK + made, headers=headers, content_type="text/csv; charset=utf-8")
