"""Whatever is wrong, no answer and no line of the log gives away what is nobody's business."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.api.process import PATH, get
from tests.conftest import settings_in
from tests.faults.reader import leaks, until
from tests.faults.service import Service, run, serving
from tests.faults.test_database import copied, damage, delete_all, put_back, replace_by_nonsense
from tests.faults.test_index import scramble, zero

pytestmark = pytest.mark.sqlite("where the file is")
TARGETS = (
    "/livez", "/readyz", "/api/health", "/metrics", "/llms.txt", "/sitemap.xml", "/feed.xml",
    "/openapi.json", "/en", "/en/search?q=ECONNREFUSED", "/en/articles/connection-refused",
    "/api/v1/stats", "/api/v1/errors", "/api/v1/tags", "/nowhere", f"{PATH}.md",
    f"{PATH}?format=json", "/api/v1/search?page=x", "/api/v1/articles/%00..%2f..%2fetc",
)  # fmt: skip
WRONG_KEY = "fxb_the-wrong-key-of-somebody"


def ask_everything(service: Service, key: str) -> list[object]:
    """What was given away, by anything that can be asked."""
    reader = service.reader(key=key)
    for _ in range(8):
        reader.ask()
    found: list[object] = [*reader.wrong]
    for target in TARGETS:
        for given in (key, WRONG_KEY):
            status, headers, body = get(service.port, target, Authorization=f"Bearer {given}")
            told = leaks(f"{headers}{body.decode()}", service.log.parent, key, WRONG_KEY)
            if told or status == 500:
                found.append((target, status, told))
    return found


def no_fault(_service: Service) -> None:
    """As it is."""


def without_an_index(service: Service) -> None:
    shutil.rmtree(service.settings.index_dir)


def on_the_database(fault: Callable[[Path], None]) -> Callable[[Service], None]:
    return lambda service: fault(service.settings.data_dir / "fixbook.db")


def on_the_index(fault: Callable[[Path], None]) -> Callable[[Service], None]:
    return lambda service: fault(service.index())


FAULTS = (
    no_fault,
    without_an_index,
    on_the_index(zero),
    on_the_index(scramble),
    on_the_database(delete_all),
    on_the_database(replace_by_nonsense),
    on_the_database(damage),
)


@pytest.mark.parametrize("form", ["text", "json"])
def test_nothing_is_given_away(tmp_path: Path, form: str) -> None:
    with serving(settings_in(tmp_path), FIXBOOK_LOG_FORMAT=form) as service:
        key = run("keys", "add", "reader", env=service.env).stdout.strip()
        assert len(key) > 20
        until(lambda: get(service.port, PATH, Authorization=f"Bearer {key}")[0] == 200)
        for fault in FAULTS:
            copy = copied(service)
            fault(service)
            assert ask_everything(service, key) == []
            put_back(service, copy)
            until(service.reader().well)
    log = service.log.read_text()
    assert log.count("\n") > 100
    assert leaks(log, tmp_path, key, WRONG_KEY) == []
