"""Every test that touches a database gets two tenants, fresh; whatever happens to alpha, beta must stay as it was.

`--database=postgresql` runs the same tests on a throw-away PostgreSQL server.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from typing import TYPE_CHECKING

import django
import pytest
from hypothesis import HealthCheck
from hypothesis import settings as property_tests

if TYPE_CHECKING:
    from siegelpost.tenancy.handle import TenantDB

from tests import templates
from tests.postgres import postgres_cluster, postgres_missing


def pytest_addoption(parser: pytest.Parser) -> None:
    """Choose the engine of the tenants' databases."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Give this process (each worker of xdist is one) a home folder of its own before Django reads the settings."""
    sys.dont_write_bytecode = False  # as Python does by itself; containers forbid it, and then each of hundreds of processes compiles all
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    folder = tempfile.mkdtemp(prefix="siegelpost-tests-")
    config.add_cleanup(lambda: shutil.rmtree(folder, ignore_errors=True))
    for name in [name for name in os.environ if name.startswith("SIEGELPOST_")]:
        del os.environ[name]
    os.environ |= {
        "SIEGELPOST_HOME": f"{folder}/home",
        "SIEGELPOST_ENVIRONMENT": "test",
        "SIEGELPOST_RELAY_URL": "smtp://127.0.0.1:9?tls=off",
        "DJANGO_SETTINGS_MODULE": "siegelpost.project.staff",
        "LANGUAGE": "en",
    }
    hands_out = bool(getattr(config.option, "numprocesses", None)) and not hasattr(config, "workerinput")
    if config.getoption("--database") == "postgresql" and not config.getoption("--collect-only") and not hands_out:
        if missing := postgres_missing():
            raise pytest.UsageError(missing)
        os.environ["SIEGELPOST_DATABASE_URL"] = postgres_cluster().url("postgres")
    django.setup()
    from django.conf import settings  # noqa: PLC0415 (it is read when Django is set up)

    settings.PASSWORD_HASHERS = ["tests.hashing.QuickArgon2"]


property_tests.register_profile(
    "siegelpost", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=bool(os.environ.get("CI"))
)
"""No test is timed, nor how long its examples take to be made: a machine may be busy. A check of a change tries the same
examples each time; at a desk they are others each time."""
property_tests.load_profile("siegelpost")


@pytest.fixture(autouse=True)
def _speaks_english() -> None:
    """Whatever language the last test of this process left."""
    from siegelpost.base.i18n import use_language  # noqa: PLC0415 (its catalogues stand beside rooms that need Django)

    use_language("en")


@pytest.fixture(autouse=True)
def _answers_are_closed() -> Iterator[None]:
    """Whatever a test did not read to its end."""
    yield
    if visiting := sys.modules.get("tests.web.visiting"):
        visiting.close_answers()


@pytest.fixture(scope="session")
def engine(request: pytest.FixtureRequest) -> str:
    """sqlite or postgresql."""
    return str(request.config.getoption("--database"))


@pytest.fixture(scope="session")
def _template(engine: str, tmp_path_factory: pytest.TempPathFactory) -> templates.Template:
    return templates.build(engine, tmp_path_factory.mktemp("template"))


@pytest.fixture
def _two_tenants(_template: templates.Template, request: pytest.FixtureRequest) -> Iterator[templates.Template]:
    _template.restore()
    yield _template
    if "touches_beta" not in request.keywords:
        assert _template.is_as_made("beta"), "a test of alpha changed beta"
    _template.close()


@pytest.fixture
def alpha(_two_tenants: templates.Template) -> TenantDB:
    """The tenant under test, empty but for what every new tenant has."""
    return _two_tenants.open("alpha")


@pytest.fixture
def beta(_two_tenants: templates.Template) -> TenantDB:
    """Another tenant that holds a person, a mailing and a suppression for ann@example.org."""
    return _two_tenants.open("beta")


@pytest.fixture
def no_tenants(_two_tenants: templates.Template) -> None:
    """The installation alone, for tests that make tenants of their own."""


@pytest.fixture
def public_site() -> Iterator[None]:
    """The settings of the public edge; otherwise this process has those of the staff's pages, which know all models."""
    from django.test import override_settings  # noqa: PLC0415 (Django is set up after this file is read)

    from siegelpost.project import settings  # noqa: PLC0415

    names = ("ROOT_URLCONF", "MIDDLEWARE", "TEMPLATES", "FILE_UPLOAD_HANDLERS", "DATA_UPLOAD_MAX_MEMORY_SIZE", "TIME_ZONE")
    with override_settings(**{name: getattr(settings, name) for name in names}):
        yield
