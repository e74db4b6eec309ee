"""The counts of a run in words."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from optconv.converter.result import Outcome, Severity
from optconv.mappings import Text

if TYPE_CHECKING:
    from optconv.cli.baseline import Baseline
    from optconv.cli.settings import Settings
    from optconv.cli.tally import Tally

_SOURCE = "torch.optim"


def summarise(tally: Tally, settings: Settings, baseline: Baseline | None = None) -> list[str]:
    """Return the lines of the summary in the language that was chosen.

    Args:
        tally: the counts.
        settings: the choices of the run.
        baseline: the earlier report that the run was compared with.
    """
    sentences = [
        _files(tally, settings),
        *_references(tally),
        *_remaining(tally),
        *_diagnostics(tally, settings),
        *_left_out(tally),
        *_compared(tally, baseline),
        *_failed(tally),
    ]
    return [sentence.in_language(settings.language) for sentence in sentences]


def _files(tally: Tally, settings: Settings) -> Text:
    changed = Text("converted", "个已转换") if settings.writes else Text("would be converted", "个将被转换")
    flavor = (
        Text(f"flavor {settings.flavor}: ", f"{settings.flavor} 版本：") if settings.flavor else Text("", "")
    )
    return Text(
        f"{flavor.en}{_count(tally.files, 'file')} seen, {tally.changed} {changed.en}, {tally.failed} failed",
        f"{flavor.zh}共查看 {tally.files} 个文件，{tally.changed} {changed.zh}，{tally.failed} 个失败",
    )


def _references(tally: Tally) -> list[Text]:
    if not tally.references:
        return [Text(f"nothing that refers to {_SOURCE} found", f"没有发现对 {_SOURCE} 的引用")]
    exact, warned, declined, unclear = (tally.outcomes[outcome] for outcome in Outcome)
    percent = Fraction(100 * tally.converted, tally.references).__floor__()  # never rounded up to 100
    return [
        Text(
            f"references: {exact} exact, {warned} with a warning, {declined} declined,"
            f" {unclear} not understood",
            f"引用：{exact} 处精确转换，{warned} 处转换但有警告，{declined} 处未转换，{unclear} 处无法理解",
        ),
        Text(
            f"{tally.converted} of {_count(tally.references, 'reference')} converted ({percent} %),"
            f" {warned} of them with a warning",
            f"{tally.references} 处引用中转换了 {tally.converted} 处（{percent} %），其中 {warned} 处有警告",
        ),
    ]


def _remaining(tally: Tally) -> list[Text]:
    """Say how much else of the converted files is not the target's yet."""
    if not tally.remaining:
        return []
    module = _SOURCE.partition(".")[0]
    return [
        Text(
            f"{_count(tally.remaining, 'other use')} of {module} left in the converted files"
            " (models, layers, data)",
            f"已转换的文件中还有 {tally.remaining} 处对 {module} 的其他使用（模型、层、数据）",
        )
    ]


def _diagnostics(tally: Tally, settings: Settings) -> list[Text]:
    # Of a file with something to convert it is said on a line of its own.
    notes = tally.new[Severity.INFO] - tally.convertible
    if not notes or settings.verbose:
        return []
    return [
        Text(
            f"{_count(notes, 'note')} not shown (use --verbose)",
            f"另有 {notes} 条说明未显示（使用 --verbose）",
        )
    ]


def _left_out(tally: Tally) -> list[Text]:
    """Say what somebody chose not to be told: nothing is hidden in silence."""
    said = []
    if tally.ignored:
        said.append(
            Text(
                f"{_count(tally.ignored, 'diagnostic')} ignored by comments or the configuration",
                f"{tally.ignored} 条诊断被注释或配置忽略",
            )
        )
    if tally.skipped:
        said.append(
            Text(
                "1 file is skipped, as a comment in it asks"
                if tally.skipped == 1
                else f"{tally.skipped} files are skipped, as comments in them ask",
                f"{tally.skipped} 个文件按其中的注释被跳过",
            )
        )
    return said


def _compared(tally: Tally, baseline: Baseline | None) -> list[Text]:
    if baseline is None:
        return []
    new, known, gone = sum(tally.new.values()), len(baseline.seen), len(baseline.gone)
    return [
        Text(
            f"compared with {baseline.name}: {new} new, {known} known, {gone} gone",
            f"与 {baseline.name} 相比：新增 {new}，已知 {known}，消失 {gone}",
        )
    ]


def _failed(tally: Tally) -> list[Text]:
    """Name the files that the rate knows nothing of."""
    if not tally.failed:
        return []
    names = ", ".join(tally.failed_names)
    more = tally.failed - len(tally.failed_names)
    verb = "is" if tally.failed == 1 else "are"
    return [
        Text(
            f"{_count(tally.failed, 'file')} failed and {verb} not counted above: {names}"
            + (f" and {more} more" if more else ""),
            f"{tally.failed} 个文件失败，未计入以上统计：{names}" + (f" 以及另外 {more} 个" if more else ""),
        )
    ]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
