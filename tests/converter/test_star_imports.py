"""Which star import a name comes from, when there are several."""

from __future__ import annotations

from optconv.converter import Outcome, convert_source
from optconv.mappings import load_tables

CALL = b"o = SGD(m.parameters(), lr=0.1)\n"


def test_a_foreign_star_import_behind_ours_makes_its_names_uncertain() -> None:
    source = b"from torch.optim import *\nfrom mylib import *\n" + CALL
    conversion = convert_source(source, load_tables("paddle"))
    assert conversion.source == source
    assert [found.code for found in conversion.diagnostics] == ["OC204"]


def test_the_last_star_import_that_has_the_name_is_meant() -> None:
    source = b"from mylib import *\nfrom torch.optim import *\n" + CALL
    conversion = convert_source(source, load_tables("paddle"))
    assert b"o = paddle.optimizer.SGD(parameters=m.parameters(), learning_rate=0.1)" in conversion.source
    assert conversion.count(Outcome.EXACT) == 1
