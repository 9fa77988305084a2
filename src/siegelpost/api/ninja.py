"""The one file that knows the library which reads requests and describes them as OpenAPI. It is loaded by the staff's server only."""

from ninja import Header, NinjaAPI, Path, Query, Router, Status
from ninja import Schema as _Schema
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import ConfigDict, Field

__all__ = [
    "Body",
    "Field",
    "Header",
    "HttpBearer",
    "HttpError",
    "NinjaAPI",
    "Query",
    "Router",
    "Schema",
    "Slug",
    "Status",
    "ValidationError",
]

Schema = _Schema
Slug = Path[str]
"""The tenant in the address of every operation; the gate compares it with the token's."""


class Body(_Schema):
    """What a request brings; a name that nobody knows is a mistake and not ignored."""

    model_config = ConfigDict(extra="forbid")
