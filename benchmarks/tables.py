"""The tables of a run of the benchmarks, and the page that they are published on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

BEGIN, END = "<!-- benchmarks/run.py: begin -->", "<!-- end -->"


@dataclass
class Report:
    """The rows of the two tables."""

    ratios: list[tuple[str, str]] = field(default_factory=list)
    figures: list[tuple[str, str]] = field(default_factory=list)
    versions: list[str] = field(default_factory=list)

    def compare(self, name: str, value: float, floor: float) -> None:
        """Add the row of a ratio."""
        self.ratios.append((name, f"{value / floor:.2f}"))

    def tell(self, name: str, figure: str) -> None:
        """Add the row of a figure that means something on this machine only."""
        self.figures.append((name, figure))

    def markdown(self, command: str) -> str:
        """Return both tables, with what is needed to make them again."""
        lines = [f"Made by `{command}`: {', '.join(self.versions)}.", ""]
        lines += ["| within one run | ratio |", "|:--|--:|", *(f"| {a} | {b} |" for a, b in self.ratios), ""]
        lines += ["| on one machine, for orientation only | |", "|:--|--:|"]
        return "\n".join([*lines, *(f"| {a} | {b} |" for a, b in self.figures)])


def publish(file: Path, text: str) -> None:
    """Write the tables to a file: between the marks, where it has them."""
    before, begin, rest = (file.read_text("utf-8") if file.exists() else "").partition(BEGIN)
    _, end, behind = rest.partition(END)
    page = f"{before}{BEGIN}\n\n{text}\n\n{END}{behind}" if begin and end else f"{text}\n"
    file.write_text(page, encoding="utf-8")
