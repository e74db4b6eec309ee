"""Sources that people wrote, damaged: they are converted, or refused with one diagnostic."""

from __future__ import annotations

import pytest
from hypothesis import given

from .campaign import assert_nothing_breaks, campaign
from .mutated_sources import mutated_sources


@campaign
@given(mutated_sources())
def test_a_damaged_source_breaks_nothing(source: bytes) -> None:
    assert_nothing_breaks(source)


@pytest.mark.parametrize(
    "cookie", ["latin-1", "utf-8", "utf-16", "gb18030", "utf-7", "punycode", "zlib", "no-such"]
)
@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "gb18030", "shift_jis"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
def test_an_encoding_that_a_file_has_or_claims_breaks_nothing(
    cookie: str, encoding: str, newline: str
) -> None:
    script = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1, maximize=a)\no.step()  # \u65e5\xe9\n"
    text = f"# -*- coding: {cookie} -*-\n{script}".replace("\n", newline)
    assert_nothing_breaks(text.encode(encoding, "replace"), labels=("paddle",))


@pytest.mark.parametrize(
    "character",
    [
        "\x00",
        "\x0b",
        "\x0c",
        "\x1a",
        "\x1c",
        "\x85",
        "\xa0",
        "\u2028",
        "\u2029",
        "\ufeff",
        "\ud800",
        "\r",
        "\n\r",
    ],
    ids=ascii,
)
def test_a_character_that_ends_lines_for_some_breaks_nothing(character: str) -> None:
    script = "import torch\no = torch.optim.Adam(m.parameters(), betas=({}, 1), eps=1)\ns = torch.optim.lr_scheduler.LambdaLR(o, [{}, lambda e: e + {}])\no.step()\n"
    quoted = f"'{character}'" if character not in ("\r", "\n\r") else f"'''{character}'''"
    inside = script.format(quoted, quoted, f"len({quoted}) + e")
    for text in (
        inside,
        character + script,
        script.replace("\n", f"{character}\n"),
        script.replace(", ", f",{character} "),
    ):
        assert_nothing_breaks(text.encode("utf-8", "surrogatepass"), labels=("paddle", "mindspore"))
