"""The words of the migration report, in English and Chinese."""

from __future__ import annotations

from typing import Final

from optconv.converter.result import Outcome
from optconv.mappings import Text

TITLE: Final = Text("Migration report: {source} to {target}", "迁移报告：{source} → {target}")
HOW_FAR: Final = Text("How far", "进度")
TO_DO: Final = Text("Where a person must act", "需要人工处理之处")
NOTHING_TO_DO: Final = Text("Nothing is left for a person to do.", "没有需要人工处理的内容。")
FILES: Final = Text("Files", "文件")
APIS: Final = Text("APIs", "接口")
DROPPED: Final = Text("What was dropped", "删除的内容")
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
    "{files} files seen: {changed} with something to convert, {failed} failed, {skipped} skipped.",
    "共查看 {files} 个文件：{changed} 个有可转换内容，{failed} 个失败，{skipped} 个跳过。",
)
RATE: Final = Text(
    "{converted} of {total} references to {source} are converted ({percent} %).",
    "对 {source} 的 {total} 处引用中可转换 {converted} 处（{percent} %）。",
)
NO_REFERENCES: Final = Text("Nothing that refers to {source} was found.", "没有发现对 {source} 的引用。")
WORK: Final = Text(
    "{places} places in {files} files, with {causes} different causes, ask for something of a person.",
    "{files} 个文件中有 {places} 处（{causes} 种原因）需要人工处理。",
)
IGNORED: Final = Text(
    "{count} more are ignored by comments or the configuration.", "另有 {count} 处被注释或配置忽略。"
)
REMAINING: Final = Text(
    "{count} other uses of {module} are left in the files with something to convert (models, layers, data).",
    "有可转换内容的文件中还有 {count} 处对 {module} 的其他使用（模型、层、数据）。",
)
BASELINE: Final = Text(
    "Compared with {report}: {new} new, {known} known, {gone} gone.",
    "与 {report} 相比：新增 {new}，已知 {known}，消失 {gone}。",
)
MORE: Final = Text("… and {count} more", "……另有 {count} 项")
