"""What ``optconv show`` says of an API that has no row."""

from __future__ import annotations

from typing import Final

from optconv.mappings import Text

WITHOUT_ROW: Final = Text(
    "{api} is known, and there is no row for it in {target}: it is declined ({code}).",
    "{api} 是已知接口，但映射表中没有它在 {target} 中的条目：不转换（{code}）。",
)
