"""Uploads are written into the data folder, encrypted, up to a size; never in clear, and never into the machine's temporary folder."""

import io
import os
import tempfile
from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, HttpResponseBase, QueryDict
from django.utils.datastructures import MultiValueDict

from siegelpost.sign.scratch import Scratch
from siegelpost.tenancy.home import home
from siegelpost.web import handlers

MOST_BYTES: Final = 200_000_000
"""Two million rows of an import; what is larger comes in by `siegelpost import`."""
FORM_BYTES: Final = 1_000_000
"""What stands around the file."""
V = TypeVar("V")


def takes_file(view: V) -> V:
    """A page that asks for a file; on all others, and from strangers, files are thrown away unread."""
    view.takes_file = True  # type: ignore[attr-defined]
    return view


class Sizes:
    """Refuses what says that it is too large, or does not say how large it is, before anything of it is read.

    Browsers always say it (HTML Standard, "multipart/form-data"); without a length nobody could stop reading in time.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            return self._get_response(request)
        finally:
            for one in getattr(request, "_upload_handlers", ()):
                one.forget_half()  # Django tells its handlers nothing of a connection that broke

    def process_view(self, request: HttpRequest, view: Callable[..., Any], *_parts: Any) -> HttpResponseBase | None:
        """Django: it is known which page is asked for, and nobody has asked for the form's token."""
        is_file = getattr(view, "takes_file", False)
        most = MOST_BYTES + FORM_BYTES if is_file else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        unknown = "Transfer-Encoding" in request.headers and not request.META.get("CONTENT_LENGTH")
        if unknown or int(request.META.get("CONTENT_LENGTH") or 0) > most:
            return handlers.too_large(request, is_file=is_file)
        return None


class ToHome(FileUploadHandler):
    """Streams one file to the disk and forgets it with the request."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Django: a file begins."""
        super().new_file(*args, **kwargs)
        if not self._asked_for():
            raise SkipFile
        folder = home().root / "uploads"
        folder.mkdir(mode=0o700, exist_ok=True)
        # without a name in the folder, and readable by this request alone: what is deleted may stay on a disk for long
        self._file = Scratch(tempfile.TemporaryFile(dir=folder), os.urandom)  # noqa: SIM115 - closed with the upload
        self._size, self._whole = 0, False

    def handle_raw_input(self, input_data: Any, META: dict[str, str], content_length: int, *rest: Any) -> Any:
        """Django: a body begins; a large one that nobody asked for is not read at all.

        This runs before anybody has looked at the form's token, and before the page has asked who is there.
        """
        if not self._asked_for() and content_length > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return QueryDict(), MultiValueDict()
        return None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Django: a piece; stops at the limit."""
        self._size += len(raw_data)
        if self._size > MOST_BYTES:
            self._file.close()
            self.request.too_large = True  # type: ignore[union-attr]
            raise StopUpload(connection_reset=False)
        self._file.write(raw_data)

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """Django: a file ends."""
        self._file.seek(0)
        self._whole = True
        return UploadedFile(
            io.BufferedReader(self._file), self.file_name, self.content_type, file_size, self.charset, self.content_type_extra
        )

    def upload_interrupted(self) -> None:
        """Django: the file has no end."""
        self.forget_half()

    def forget_half(self) -> None:
        """Close what did not become whole; a whole file ends with its request."""
        if hasattr(self, "_file") and not self._whole:
            self._file.close()

    def _asked_for(self) -> bool:
        request: Any = self.request
        view = request.resolver_match.func if request.resolver_match else None
        return getattr(view, "takes_file", False) and request.user.is_authenticated
