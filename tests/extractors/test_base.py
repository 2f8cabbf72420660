"""Finding an extractor by name."""

from __future__ import annotations

import subprocess
import sys

import pytest

from workbench.core.errors import UsageMistake
from workbench.extractors.base import INSTALLED, Extractor, open_extractor


@pytest.mark.parametrize("name", INSTALLED)
def test_every_installed_extractor_opens(name: str) -> None:
    """An installed name makes an extractor of that name, with a version and parameters."""
    extractor = open_extractor(name)
    assert isinstance(extractor, Extractor)
    assert extractor.name == name
    assert extractor.version
    assert dict(extractor.parameters) is not None


def test_a_misspelt_name_gets_the_nearest() -> None:
    """An unknown name is a usage mistake that suggests what was probably meant."""
    with pytest.raises(UsageMistake, match="did you mean 'rules'"):
        open_extractor("rule")


def test_the_protocol_loads_no_extractor() -> None:
    """Asking what extractors there are imports none of them, and no segmenter."""
    program = "import sys, workbench.extractors.base; print([m for m in sys.modules if 'rules' in m or m == 'rjieba'])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
