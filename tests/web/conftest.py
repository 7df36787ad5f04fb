from pathlib import Path

import pytest
from django.conf import LazySettings

from kanal.kit import clock


@pytest.fixture(autouse=True)
def _files_of_its_own(tmp_path: Path, settings: LazySettings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def _a_clock_that_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other process moves the sandbox clock here; a page must not cost a query more because it was slow."""
    monkeypatch.setattr(clock, "_FRESH_SECONDS", 3600.0)
