"""Sources that people wrote, damaged: they are converted, or refused with one diagnostic."""

from __future__ import annotations

import pytest
from hypothesis import example, given

from .campaign import assert_nothing_breaks, campaign
from .mutated_sources import mutated_sources

LIMITED_TWICE = b"""\
import torch
from torch.nn.utils import clip_grad_norm_, clip_grad_value_

optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for x, y in loader:
    norm = clip_grad_norm_(model.parameters(), max_norm=1.0)
    clip_grad_value_(model.parameters(), 0.5)
    optimizer.step()
"""
CODINGS = ["latin-1", "utf-8", "utf-16", "gb18030", "utf-7", "punycode", "zlib", "no-such"]
CHARACTERS = [*"\x00\x0b\x0c\x1a\x1c\x85\xa0\u2028\u2029\ufeff\ud800\r", "\n\r"]


@campaign
@example(LIMITED_TWICE)
@given(mutated_sources())
def test_a_damaged_source_breaks_nothing(source: bytes) -> None:
    assert_nothing_breaks(source)


@pytest.mark.parametrize("claimed", CODINGS)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1", "gb18030", "shift_jis"])
def test_an_encoding_that_a_file_has_or_claims_breaks_nothing(claimed: str, encoding: str) -> None:
    script = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, maximize=a)\no.step()  # \u65e5\xe9\n"
    for newline in ("\n", "\r\n", "\r"):
        text = f"# -*- coding: {claimed} -*-\n{script}".replace("\n", newline)
        assert_nothing_breaks(text.encode(encoding, "replace"), labels=("paddle",))


@pytest.mark.parametrize("character", CHARACTERS, ids=ascii)
def test_a_character_that_ends_lines_for_some_breaks_nothing(character: str) -> None:
    script = "import torch\no = torch.optim.Adam(m.parameters(), betas=({}, 1), eps=1)\ns = torch.optim.lr_scheduler.LambdaLR(o, [{}, lambda e: e + {}])\no.step()\n"
    quoted = f"'{character}'" if character not in ("\r", "\n\r") else f"'''{character}'''"
    texts = [script.format(quoted, quoted, f"len({quoted}) + e"), character + script]
    texts += [script.replace("\n", f"{character}\n"), script.replace(", ", f",{character} ")]
    for text in texts:
        assert_nothing_breaks(text.encode("utf-8", "surrogatepass"), labels=("paddle", "mindspore"))
