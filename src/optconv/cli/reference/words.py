"""The words of ``optconv show``, ``optconv explain`` and the generated pages, in English and Chinese."""

from __future__ import annotations

from typing import Final

from optconv.mappings import Text

# Titles and heads of columns.
MAPPINGS: Final = Text("From {source} to {target}", "从 {source} 到 {target}")
NOTE: Final = Text("note", "说明")
WHEN: Final = Text("When {condition}: {name}", "当 {condition} 时：{name}")
OTHERWISE: Final = Text("Otherwise: {name}", "其他情况：{name}")
ALWAYS: Final = Text("Becomes {name}", "对应 {name}")
MEMBERS: Final = Text("Methods and attributes", "方法和属性")
WORKAROUNDS: Final = Text("What can be written instead", "替代写法")
FURTHER: Final = Text("Further notes", "其他说明")
EVIDENCE: Final = Text("What was measured", "实测结果")
DIAGNOSTICS: Final = Text("Diagnostics", "诊断")
WHERE: Final = Text("Where it is given", "出现的位置")
API: Final = Text("API", "接口")
BECOMES: Final = Text("becomes", "对应")
CLASS: Final = Text("class", "类别")
CASES: Final = Text("cases", "用例数")
CASE: Final = Text("case", "用例")
WORST: Final = Text("worst deviation", "最大偏差")
SINCE: Final = Text("since", "起始版本")
DEVIATION: Final = Text("deviation", "偏差")
PROBLEM: Final = Text("worst on", "最大偏差所在问题")
CODES: Final = Text("diagnostics", "诊断")
CODE: Final = Text("code", "代码")
NAME: Final = Text("name", "名称")
SEVERITY: Final = Text("severity", "级别")
ARGUMENT: Final = Text("argument", "参数")
CONDITION: Final = Text("condition", "条件")
APIS: Final = Text("APIs", "接口")
MEANING: Final = Text("What it means", "含义")
ACTION: Final = Text("What to do", "处理办法")

# What becomes of a parameter.
DROPPED: Final = Text("dropped", "删除")
REFUSED: Final = Text("cannot be converted", "无法转换")
NUMBERS_DIFFER: Final = Text("numbers differ", "数值不同")
ATTACHED: Final = Text("{argument} of the optimizer, or {set}", "优化器的 {argument}，或 {set}")
GIVEN: Final = Text("{argument} of the optimizer", "优化器的 {argument}")
EXPRESSED: Final = Text("in the expression", "在表达式中")
AN_EXPRESSION: Final = Text("an expression", "表达式")
NOTHING: Final = Text("-", "-")
NO_EFFECT: Final = Text("no effect on the numbers ({code})", "不影响数值（{code}）")
COMBINED: Final = Text(
    "combined into one function of the epoch, or a warm-up before another scheduler",
    "合成为一个关于 epoch 的函数，或在另一调度器之前的预热",
)
DECIDES: Final = Text("decides which form is taken", "决定采用哪种写法")
CANNOT_UNLESS: Final = Text(
    "cannot be converted ({code}) unless {condition}: {note}", "无法转换（{code}），除非 {condition}：{note}"
)
DIFFER_UNLESS: Final = Text(
    "numbers differ ({code}) unless {condition}: {note}", "数值不同（{code}），除非 {condition}：{note}"
)
UNLESS_NOTE: Final = Text("unless {condition} ({code}): {note}", "除非 {condition}（{code}）：{note}")
ALWAYS_NOTE: Final = Text("always ({code}): {note}", "总是如此（{code}）：{note}")
LOUD: Final = Text(
    "; where the value cannot be read, it is converted, because the target itself refuses the others",
    "；读不出取值时照常转换，因为目标框架自身会拒绝其他取值",
)
PINNED: Final = Text(
    "where it is left out, {written} is written: the target's default is {default}",
    "省略时会写出 {written}：目标框架的默认值是 {default}",
)
PINNED_REQUIRED: Final = Text(
    "where it is left out, {written} is written: the target requires it",
    "省略时会写出 {written}：目标框架要求给出该参数",
)
TYPES: Final = {
    "float": Text("a float: `1` is written `1.0`", "类型为 float：`1` 会写成 `1.0`"),
    "number": Text(
        "a number: one in a tensor is written without the tensor", "类型为数值：张量中的数值会去掉张量写出"
    ),
    "floats": Text(
        "a tuple of floats: `(0, 0.9)` is written `(0.0, 0.9)`",
        "类型为 float 元组：`(0, 0.9)` 会写成 `(0.0, 0.9)`",
    ),
    "int": Text("an int", "类型为 int"),
    "epoch_function": Text(
        "the target calls it with a tensor: `lambda e: 0.9 ** e` is written `lambda e: 0.9 ** int(e)`",
        "目标框架以张量调用它：`lambda e: 0.9 ** e` 会写成 `lambda e: 0.9 ** int(e)`",
    ),
    "iterable": Text("an iterable", "类型为可迭代对象"),
}
TYPE: Final = Text("a {type}", "类型为 {type}")
OF_ARGUMENT: Final = Text("{name}: {note}", "{name}：{note}")
ADDED: Final = Text("{name} needs {target} {version}", "{name} 需要 {target} {version}")
SOURCE_SINCE: Final = Text("{source} {version} and newer", "{source} {version} 及更新版本")
SOURCE_UNTIL: Final = Text("{source} before {version} only", "仅 {source} {version} 之前的版本")
OPTIMIZERS_RATE: Final = Text("the optimizer's rate", "优化器的学习率")
CONSTANT: Final = Text("always written", "总是写出")

# Sentences around a form.
ASSUMED: Final = Text(
    "Also taken, with a note ({code}), where the condition cannot be read from the source: {note}.",
    "若从源码中读不出该条件，也采用此写法并给出说明（{code}）：{note}。",
)
GROUP_KEY: Final = Text(
    "In a parameter group {name} is written {expression}.", "在参数组中，{name} 写作 {expression}。"
)
NOT_IN_GROUPS: Final = Text(
    "In a parameter group {name} cannot be converted ({code})"
    " unless it is what the optimizer itself is given: {note}",
    "在参数组中，{name} 无法转换（{code}），除非与优化器自身的值相同：{note}",
)
IN_GROUP: Final = Text(
    "in a parameter group, unless it is what the optimizer itself is given",
    "在参数组中，除非与优化器自身的值相同",
)
BASE_RATE: Final = Text(
    "Here `base_lr` is the learning rate that the optimizer itself is given.",
    "其中 `base_lr` 是优化器自身的学习率。",
)
DIFFERS_WHEN: Final = Text(
    "numbers differ ({code}) when {condition}: {note}", "当 {condition} 时数值不同（{code}）：{note}"
)
MAY_RAISE: Final = Text("an error is possible ({code}): {note}", "可能报错（{code}）：{note}")
MAY_RAISE_WHEN: Final = Text(
    "an error is possible ({code}) when {condition}: {note}", "当 {condition} 时可能报错（{code}）：{note}"
)
DIFFERS: Final = Text("numbers differ ({code}): {note}", "数值不同（{code}）：{note}")
FORMS_CONDITIONAL: Final = Text(
    "Where none of these conditions can be read from the source, the call is declined ({code}).",
    "如果从源码中读不出其中任何一个条件，则不转换该调用（{code}）。",
)
NO_COUNTERPART: Final = Text("No counterpart ({code}): {note}.", "没有对应接口（{code}）：{note}。")
REFERENCE: Final = Text("Reference: {place}", "参考：{place}")
VERSIONS: Final = Text("Known versions of {target}: {versions}.", "已知的 {target} 版本：{versions}。")
IN_ALL: Final = Text("All of them have it.", "所有这些版本都有该接口。")
NEEDS: Final = Text(
    "{name} needs {target} {version} or newer ({code}).",
    "{name} 需要 {target} {version} 或更新版本（{code}）。",
)

# Members.
MEMBER_WHEN: Final = Text("when {condition}: {code}", "当 {condition} 时：{code}")
FIRST_ENTRY: Final = Text("{code} where entry 0 is taken", "取第 0 项时写作 {code}")
READ: Final = Text("read: {code}", "读取：{code}")
WRITE: Final = Text("written: {code}", "写入：{code}")
NOT_WRITTEN: Final = Text(
    "not written ({code}) when {condition}: {note}", "当 {condition} 时不能写入（{code}）：{note}"
)
NEITHER: Final = Text("neither read nor written ({code}): {note}", "既不能读取也不能写入（{code}）：{note}")
MEMBERS_OF_BASE: Final = Text("Those of {names} hold here, too.", "{names} 的方法和属性在此同样适用。")

# Workarounds.
WORKAROUND_FOR: Final = Text("In place of {parameter}. ", "代替 {parameter}。")
WORKAROUND_MEASURED: Final = Text(
    "Measured to give the same numbers (largest deviation {worst} of the distance travelled).",
    "实测数值相同（最大偏差为行程的 {worst}）。",
)
WORKAROUND_NOT_MEASURED: Final = Text("Not measured yet.", "尚未实测。")
WORKAROUND_SINCE: Final = Text(
    " It needs {target} {version} or newer.", "需要 {target} {version} 或更新版本。"
)
WORKAROUND_DENSE: Final = Text(
    " It holds where every parameter has a gradient in every step.", "适用于每个参数在每一步都有梯度的情形。"
)

IN_FRAMEWORK: Final = Text("In {name}:", "{name} 中：")

# What was measured.
MEASURED_ON: Final = Text(
    "On {versions}. A deviation is the largest difference between the two trajectories as a share of the"
    " distance travelled: up to 2e-5 is called exact, up to 1e-3 close, more lossy.",
    "版本：{versions}。偏差是两条轨迹之间的最大差异占行程的比例："
    "不超过 2e-5 为精确（exact），不超过 1e-3 为接近（close），更大为有损（lossy）。",
)
NOT_MEASURED: Final = Text("Nothing is recorded yet.", "尚无记录。")
MORE: Final = Text("The cases are shown with --verbose.", "使用 --verbose 显示各个用例。")
STEP: Final = Text("{code}, stepped with {argument}", "{code}，每步传入 {argument}")
SCRIPT: Final = Text("script {number}, below", "脚本 {number}，见下")
SCRIPT_HEAD: Final = Text("Script {number}:", "脚本 {number}：")
CLASSES: Final = {
    "exact": Text("exact", "精确"),
    "close": Text("close", "接近"),
    "lossy": Text("lossy", "有损"),
    "none": Text("no counterpart", "无对应"),
    "workaround": Text("exact workaround", "精确替代写法"),
}
SEVERITIES: Final = {
    "info": Text("info", "说明"),
    "warning": Text("warning", "警告"),
    "error": Text("error", "错误"),
}
READ_ONLY: Final = Text("may not be assigned to ({code}): {note}", "不可赋值（{code}）：{note}")
STAYS: Final = Text("it stays as it is ({code}): {note}", "保持原样（{code}）：{note}")
ITS_MEMBERS: Final = Text("its members", "其方法和属性")
INDEX_NAMES: Final = Text(
    "Names are given without `{source}.` and `{target}.`. Deviations are shares of the distance"
    " travelled; `since` is the first known version of {title} that has all of it.",
    "名称省略了 `{source}.` 和 `{target}.`。偏差是占行程的比例；"
    "“起始版本”是 {title} 中最早具备全部内容的已知版本。",
)
WITHOUT_ROW: Final = Text(
    "{api} is known, and there is no row for it in {target}: it is declined ({code}).",
    "{api} 是已知接口，但映射表中没有它在 {target} 中的条目：不转换（{code}）。",
)
CONDITION_ALWAYS: Final = Text("always", "总是")
CONDITION_UNREADABLE: Final = Text(
    "none of its conditions can be read from the source", "从源码中读不出其中任何一个条件"
)
NO_FORM_FOR_ALL: Final = Text(
    "which form is right depends on the values; no form is right for all of them",
    "哪种写法正确取决于参数值；没有对所有值都正确的写法",
)
FROM_VERSION: Final = Text("needs {version} or newer", "需要 {version} 或更新版本")
WHOLE: Final = Text("the call as a whole", "整个调用")
MESSAGE: Final = Text("The message:", "消息：")
MESSAGE_HEAD: Final = Text("message", "消息")
UNLESS: Final = Text("unless {condition}", "除非 {condition}")
IF: Final = Text("when {condition}", "当 {condition} 时")
