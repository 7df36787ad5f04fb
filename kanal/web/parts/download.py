"""Hand out a file that somebody handed in: to be saved, never to be run.

The type is what the content was found to be, and no browser may guess another. Only pictures can be shown in place,
under a policy that lets them do nothing; PDF is always saved, since browsers do not open it under such a policy.
"""

from __future__ import annotations

from django.http import FileResponse

from kanal.kit.file_kinds import IMAGES, FileKind
from kanal.kit.files import path_of
from kanal.kit.models import StoredFile

POLICY = "default-src 'none'; sandbox"


def file_response(stored: StoredFile, *, in_place: bool = False) -> FileResponse:
    kind = next(each for each in FileKind if each.code == stored.kind)
    response = FileResponse(
        path_of(stored.digest).open("rb"),
        as_attachment=not (in_place and kind in IMAGES),
        filename=stored.name,
        content_type="text/plain; charset=utf-8" if kind is FileKind.TEXT else kind.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = POLICY
    response["Cache-Control"] = "private, no-store"
    return response
