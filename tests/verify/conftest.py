"""The sandbox of these tests. They are not left out silently where it is missing."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from corpus.checks.receipts import Receipt, read_receipts, receipt_path
from tests.factories import make_article, make_translation
from verify.environments.installed import InstalledEnvironment
from verify.isolation.resource_limits import ResourceLimits
from verify.isolation.sandbox import Bubblewrap
from verify.isolation.system_root import SystemRoot
from verify.report import VerifyReport
from verify.run import VerifyOptions, verify

Verified = Callable[..., VerifyReport]

LIMITS = ResourceLimits(
    step_seconds=15.0, processes=64, memory=300 * 1024 * 1024, disk=8 * 1024 * 1024
)
"""Small, so that what hits them hits them soon."""

_ROOT = SystemRoot(Path(os.environ.get("FIXBOOK_TEST_ROOT", "/")).resolve())
"""The root file system in which the attempts run: this machine's, or that of an environment."""
_PLACE = InstalledEnvironment(root=_ROOT)
_MISSING = Bubblewrap(LIMITS, root=_ROOT).missing()


@pytest.fixture
def sandbox() -> Bubblewrap:
    """A sandbox that works; without one the test fails in CI, and is left out elsewhere."""
    if _MISSING and os.environ.get("CI") == "true":
        pytest.fail(f"the tests of the sandbox must run in CI, and {_MISSING}", pytrace=False)
    if _MISSING:
        pytest.skip(_MISSING)
    return Bubblewrap(LIMITS, root=_ROOT)


@pytest.fixture
def verified(sandbox: Bubblewrap, tmp_path: Path) -> Verified:
    """Runs the checks of one body as `fixbook verify` does, receipts below `tmp_path`."""
    assert sandbox.missing() is None

    def run(body: str, **options: object) -> VerifyReport:
        article = make_article(slug="guide", translations=[make_translation(body=body)])
        chosen = VerifyOptions(**{"limits": LIMITS, "environments": (_PLACE,), **options})  # type: ignore[arg-type]
        return verify([article], receipts=tmp_path, options=chosen)

    return run


def receipts_of(folder: Path, slug: str = "guide") -> tuple[Receipt, ...]:
    """The receipts that were kept for an article."""
    return read_receipts(receipt_path(folder, slug))
