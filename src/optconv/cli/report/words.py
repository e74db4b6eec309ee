"""The words of the migration report, in English and Chinese."""

from __future__ import annotations

from typing import Final

from optconv.converter.result import Outcome
from optconv.mappings import Text


def counted(number: int, noun: str, plural: str = "") -> Text:
    """Return a number with its noun in English, and alone in Chinese, where the noun never changes."""
    name = noun if number == 1 else plural or f"{noun}s"
    return Text(f"{number} {name}", str(number))


TITLE: Final = Text("Migration report: {source} to {target}", "迁移报告：{source} → {target}")
HOW_FAR: Final = Text("How far", "进度")
TO_DO: Final = Text("Where a person must act", "需要人工处理之处")
NOTHING_TO_DO: Final = Text("Nothing is left for a person to do.", "没有需要人工处理的内容。")
FILES: Final = Text("Files", "文件")
APIS: Final = Text("APIs", "接口")
DROPPED: Final = Text("What was dropped", "删除的内容")
NOTES: Final = Text("Notes", "说明")
COMPARED: Final = Text("Since the last report", "与上次报告相比")
NEW: Final = Text("New", "新增")
GONE: Final = Text("Gone", "已消失")
SCHEDULES: Final = Text("Learning-rate schedules", "学习率调度")

OUTCOME: Final = Text("outcome", "结果")
REFERENCES: Final = Text("references", "引用数")
SHARE: Final = Text("share", "占比")
TOTAL: Final = Text("all", "全部")
CODE: Final = Text("code", "代码")
API: Final = Text("API", "接口")
BECOMES: Final = Text("becomes", "对应")
PLACES: Final = Text("places", "处数")
IN_FILES: Final = Text("files", "文件数")
FIRST: Final = Text("first at", "首个位置")
MESSAGE: Final = Text("message", "消息")
ACTION: Final = Text("what to do", "处理办法")
FILE: Final = Text("file", "文件")
CONVERTED: Final = Text("converted", "已转换")
WOULD_BE_CONVERTED: Final = Text("would be converted", "将转换")
LEFT_TO_DO: Final = Text("to do", "待处理")
PLACE: Final = Text("place", "位置")

OUTCOMES: Final = {
    Outcome.EXACT: Text("exact", "精确"),
    Outcome.WARNED: Text("with a warning", "有警告"),
    Outcome.DECLINED: Text("declined", "未转换"),
    Outcome.NOT_UNDERSTOOD: Text("not understood", "无法理解"),
}
TOPICS: Final = {
    "failed": Text("Files that could not be handled", "无法处理的文件"),
    "declined": Text("Left as it was: write it by hand", "保持原样：需要手工改写"),
    "unclear": Text("Not understood: look what it is", "无法理解：需要查看"),
    "differs": Text("Other numbers: decide whether they matter", "数值不同：判断是否重要"),
    "depends": Text("The same numbers under a condition: check it", "有条件地相同：需要核对条件"),
    "around": Text("Code around it that must follow", "需要随之修改的周边代码"),
    "directive": Text("Comments for this tool that do nothing", "不起作用的工具注释"),
    "dropped": Text("Arguments that were dropped, without an effect", "删除的参数（不影响数值）"),
    "note": Text("Notes", "说明"),
}
SEVERITIES: Final = {
    "info": Text("note", "说明"),
    "warning": Text("warning", "警告"),
    "error": Text("error", "错误"),
}
FILES_SEEN: Final = Text(
    "{files} seen: {changed} with something to convert, {failed} failed, {skipped} skipped.",
    "共查看 {files} 个文件：{changed} 个有可转换内容，{failed} 个失败，{skipped} 个跳过。",
)
RATE: Final = Text(
    "{converted} of {total} to {source} can be converted ({percent} %).",
    "对 {source} 的 {total} 处引用中可转换 {converted} 处（{percent} %）。",
)
OF_REFERENCES: Final = Text(
    "of the references to {source} can be converted: {converted} of {total}",
    "的 {source} 引用可以转换：{total} 处中的 {converted} 处",
)
NO_REFERENCES: Final = Text("Nothing that refers to {source} was found.", "没有发现对 {source} 的引用。")
WORK: Final = Text(
    "A person must act at {places} in {files}, for {causes}.",
    "{files} 个文件中有 {places} 处（{causes} 种原因）需要人工处理。",
)
IGNORED: Final = Text(
    "{count} ignored by comments or the configuration.", "另有 {count} 处被注释或配置忽略。"
)
REMAINING: Final = Text(
    "{count} of {module} left in the files with something to convert (models, layers, data).",
    "有可转换内容的文件中还有 {count} 处对 {module} 的其他使用（模型、层、数据）。",
)
BASELINE: Final = Text(
    "Compared with {report}: {new} new, {known} known, {gone} gone.",
    "与 {report} 相比：新增 {new}，已知 {known}，消失 {gone}。",
)
AND_OTHERS: Final = Text(
    "{message} ({count} other messages at other places)", "{message}（其他位置另有 {count} 种消息）"
)
MORE: Final = Text("… and {count} more", "……另有 {count} 项")

# Of the HTML page.
HTML: Final = {
    "skip": Text("Skip to the report", "跳到报告正文"),
    "contents": Text("Contents", "目录"),
    "keyboard": Text("Keyboard", "键盘快捷键"),
    "theme": Text("Light or dark", "浅色或深色"),
    "summary": Text("Summary", "概要"),
    "filter": Text("Filter", "筛选"),
    "topic": Text("what", "类别"),
    "message": MESSAGE,
    "code": CODE,
    "api": API,
    "becomes": BECOMES,
    "references": REFERENCES,
    "places": PLACES,
    "files": IN_FILES,
    "new": Text("new", "新增"),
    "where": Text("where", "位置"),
    "to_do": TO_DO,
    "nothing_to_do": NOTHING_TO_DO,
    "compared": COMPARED,
    "gone": GONE,
    "schedules": SCHEDULES,
    "schedules_note": Text(
        "The learning rate of each schedule whose arguments stand in the source, computed from the formulas"
        " of both frameworks, before and after the conversion.",
        "对参数写在源码中的每个调度，按两个框架的公式算出转换前后的学习率。",
    ),
    "before": Text("before", "转换前"),
    "after": Text("after", "转换后"),
    "apis": APIS,
    "no_references": Text("Nothing was found.", "没有发现任何内容。"),
    "others": Text("Notes: what was dropped, assumed and left alone", "说明：删除、假定与保留的内容"),
    "files_head": FILES,
    "open_all": Text("Open or close all", "全部展开或收起"),
    "codes": Text("What the codes mean", "代码的含义"),
    "footer": Text(
        "Made by optconv {version}. Lines on the left are those of the file as it is.",
        "由 optconv {version} 生成。左侧行号对应文件当前内容。",
    ),
    "close": Text("Close", "关闭"),
}
KEYS: Final = (
    ("/", Text("filter", "筛选")),
    ("n", Text("next finding", "下一条诊断")),
    ("p", Text("previous finding", "上一条诊断")),
    ("e", Text("open or close all files", "展开或收起所有文件")),
    ("t", Text("light or dark", "浅色或深色")),
    ("?", Text("this list", "显示本列表")),
)
FACTS: Final = {
    "places": Text("places for a person", "处需要人工处理"),
    "causes": Text("different causes", "种不同原因"),
    "files_to_do": Text("files with such places", "个文件含有这些处"),
    "convertible": Text("files with something to convert", "个文件有可转换内容"),
    "seen": Text("files seen", "个文件已查看"),
    "failed": Text("files failed", "个文件失败"),
    "new": Text("new since the last report", "项为上次报告之后新增"),
}
UNCHANGED: Final = Text("{count} unchanged lines", "{count} 行未变")
CELL: Final = Text("Cell {cell}", "第 {cell} 个单元格")
MADE: Final = Text("{date} · optconv {version}", "{date} · optconv {version}")
REFERENCES_OF: Final = Text(
    "{total} references, {converted} of them convertible", "{total} 处引用，可转换 {converted} 处"
)
FAILED: Final = Text("failed", "失败")
SKIPPED: Final = Text("skipped", "跳过")
CHANGED: Final = Text("changes", "有改动")
STAYS: Final = Text("stays", "无改动")
SHOWN_ALIKE: Final = Text("the same rate at every step", "每一步的学习率都相同")
SHOWN_APART: Final = Text(
    "differs by up to {percent} % of the highest rate, at step {step}",
    "最大相差最高学习率的 {percent} %，在第 {step} 步",
)
MORE_CURVES: Final = Text(
    "{count} more are not drawn; those that differ come first.", "另有 {count} 个未画出；有差异的排在前面。"
)
UNDRAWN: Final = Text(
    "{count} more schedules have arguments that cannot be read from the source, or share their optimizer with"
    " another one.",
    "另有 {count} 个调度的参数无法从源码读出，或与其他调度共用优化器。",
)
SHOWN_ALONE: Final = Text("not converted: only the rate before is drawn", "未转换：只画出转换前的学习率")
RELATIVE: Final = Text("drawn for a base rate of 1", "按基准学习率为 1 绘制")
STEP: Final = Text("step", "步")
CURVE_LABEL: Final = Text(
    "Learning rate of {api} over {steps} steps: {verdict}", "{api} 在 {steps} 步内的学习率：{verdict}"
)
