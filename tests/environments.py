"""The home folder of the tests as one of production, for servers that are started as such."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def as_production() -> Iterator[None]:
    """Home folder and key say `production` while this lasts; this process itself goes on as a test system."""
    from siegelpost.base.settings import process_settings  # noqa: PLC0415 (Django is set up after this file is read)
    from siegelpost.tenancy.environment import write_environment  # noqa: PLC0415
    from siegelpost.tenancy.home import home, master_key  # noqa: PLC0415

    key, before = master_key(), process_settings().master_key_file.read_text()
    process_settings().master_key_file.write_text(f"{key.hex()}\nproduction\n")
    write_environment(home().root, key, "production")
    try:
        yield
    finally:
        process_settings().master_key_file.write_text(before)
        write_environment(home().root, key, "test")
