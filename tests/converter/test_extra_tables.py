"""What a team's own tables convert: its optimizers, schedulers and functions go the way of ours."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path, PurePosixPath
from textwrap import dedent

import pytest

from optconv.converter import Conversion, Options, Outcome, convert_content, convert_source
from optconv.converter.project_modules import ProjectModules
from optconv.mappings import Tables, load_tables

from .test_project import Files

ACME = Path(__file__).parent / "acme.yaml"
BARE = Options(annotate=False)


@lru_cache(maxsize=4)
def tables_of(label: str = "paddle") -> Tables:
    target, _, flavor = label.partition("/")
    return load_tables(target, flavor=flavor or None, extra=[ACME])


def convert(text: str, label: str = "paddle", options: Options = BARE) -> Conversion:
    return convert_source(dedent(text).lstrip("\n").encode(), tables_of(label), options)


def codes(conversion: Conversion) -> list[str]:
    """Return what was said as ``line:code``, but for the notes that a row is a team's own."""
    return [f"{d.start.line}:{d.code}" for d in conversion.diagnostics if d.code != "OC108"]


def becomes(before: str, after: str, *said: str, label: str = "paddle") -> None:
    """Assert what a source becomes, what is said of it, and that a second run changes nothing."""
    conversion = convert(before, label)
    assert not conversion.failed, conversion.diagnostics
    assert conversion.source.decode() == dedent(after).lstrip("\n")
    assert codes(conversion) == list(said)
    again = convert_source(conversion.source, tables_of(label), BARE)
    assert again.source == conversion.source, f"a second run gives:\n{again.source.decode()}"


def stays(text: str, *said: str, label: str = "paddle") -> None:
    becomes(text, text, *said, label=label)


# -- names and imports ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(
            """
            from acme.optim import Lamb

            opt = Lamb(net.parameters())
            """,
            """
            from acme_paddle.optim import Lamb

            opt = Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="the class is imported",
        ),
        pytest.param(
            """
            import acme.optim as ao

            opt = ao.Lamb(net.parameters())
            """,
            """
            import acme_paddle.optim

            opt = acme_paddle.optim.Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="its module is imported by another name",
        ),
        pytest.param(
            """
            from acme.optim.lamb import Lamb as Optimizer

            opt = Optimizer(net.parameters())
            """,
            """
            from acme_paddle.optim import Lamb

            opt = Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="another path, and another name",
        ),
        pytest.param(
            """
            import acme
            import acme.optim

            net = acme.Net()
            opt = acme.optim.Lamb(net.parameters())
            """,
            """
            import acme
            import acme_paddle.optim

            net = acme.Net()
            opt = acme_paddle.optim.Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="what else is used of the package stays imported",
        ),
        pytest.param(
            """
            from acme.optim import Lamb, helper

            opt = Lamb(net.parameters())
            helper()
            """,
            """
            from acme_paddle.optim import Lamb
            from acme.optim import helper

            opt = Lamb(parameters=net.parameters(), beta2=0.999)
            helper()
            """,
            id="what else is imported of its module stays",
        ),
        pytest.param(
            """
            from acme.optim import *

            opt = Lamb(net.parameters())
            """,
            """
            import acme_paddle.optim
            from acme.optim import *

            opt = acme_paddle.optim.Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="a star import",
        ),
        pytest.param(
            """
            import acme.optim

            acme_paddle = "ours"
            opt = acme.optim.Lamb(net.parameters())
            other = acme.optim.Lamb(net.parameters())
            """,
            """
            import acme_paddle.optim as acme_paddle_optim

            acme_paddle = "ours"
            opt = acme_paddle_optim.Lamb(parameters=net.parameters(), beta2=0.999)
            other = acme_paddle_optim.Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="the name of the target's package is taken",
        ),
        pytest.param(
            """
            import acme.optim

            opt = getattr(acme.optim, "Lamb")(net.parameters())
            """,
            """
            import acme_paddle.optim

            opt = acme_paddle.optim.Lamb(parameters=net.parameters(), beta2=0.999)
            """,
            id="by its name as text",
        ),
        pytest.param(
            """
            from acme.optim import Lamb

            def report(opt: Lamb):
                return isinstance(opt, Lamb)
            """,
            """
            from acme_paddle.optim import Lamb

            def report(opt: Lamb):
                return isinstance(opt, Lamb)
            """,
            id="an annotation and a check",
        ),
    ],
)
def test_names_are_resolved_and_imported_as_ours_are(before: str, after: str) -> None:
    becomes(before, after)


def test_a_file_that_names_nothing_else_of_ours_is_read() -> None:
    source = b"from acme import clip\n\nclip(net.parameters(), 2.0)\n"
    assert convert_source(source, tables_of()).source == (
        b"from acme_paddle import clip\n\nclip(net.parameters(), 2.0)\n"
    )
    assert convert_source(source, load_tables("paddle")).references == ()


def test_what_is_not_listed_of_a_package_is_nobodys_business() -> None:
    stays("import acme.optim\n\nopt = acme.optim.Other(net.parameters())\n")


# -- optimizers ----------------------------------------------------------------------------------------------------


def test_its_members_are_those_of_its_base() -> None:
    becomes(
        """
        import acme.optim

        opt = acme.optim.Lamb(net.parameters(), lr=1, betas=betas, foreach=True)
        opt.zero_grad()
        opt.load_state_dict(opt.state_dict())
        opt.step()
        """,
        """
        import acme_paddle.optim

        opt = acme_paddle.optim.Lamb(parameters=net.parameters(), learning_rate=1.0, beta1=betas[0], beta2=betas[1])
        opt.clear_grad(set_to_zero=False)
        opt.set_state_dict(opt.state_dict())
        opt.step()
        """,
        "3:OC101",
        "5:OC201",
    )


def test_parameter_groups_are_converted() -> None:
    becomes(
        """
        from acme.optim import Lamb

        opt = Lamb([{"params": a, "lr": 0.01}, {"params": b, "weight_decay": 0.1}], lr=0.1)
        print(opt.param_groups[0]["lr"])
        """,
        """
        from acme_paddle.optim import Lamb

        opt = Lamb(parameters=[{"params": a, "learning_rate": 0.1}, {"params": b, "weight_decay": 0.1}], learning_rate=0.1, beta2=0.999)
        print(opt.get_lr() * 0.1)
        """,
    )


def test_what_a_group_cannot_have_is_declined() -> None:
    stays("import acme.optim\n\nopt = acme.optim.Lion([{'params': a, 'lr': 0.1}], lr=0.2)\n", "3:OC302")


def test_what_is_lossy_is_warned_of_in_the_words_of_the_team() -> None:
    conversion = convert("import acme.optim\n\nopt = acme.optim.Lamb(net.parameters(), clamp=3.0)\n")
    assert codes(conversion) == ["3:OC201"]
    assert conversion.diagnostics[-1].message.en == "acme_paddle clamps at 10"
    assert conversion.diagnostics[-1].message.zh == "acme_paddle clamps at 10"


def test_what_has_no_counterpart_stays_with_the_note_of_the_team() -> None:
    conversion = convert("import acme.optim\n\nopt = acme.optim.Lookahead(inner)\nopt.step()\n")
    assert codes(conversion) == ["3:OC307", "4:OC102"]
    said = conversion.diagnostics[0].message
    assert said.en.endswith("build the inner optimizer alone")
    assert said.zh.endswith("请只构造内层优化器")


def test_an_api_without_a_row_stays() -> None:
    stays("import acme.optim\n\nopt = acme.optim.Lion(net.parameters())\n", "3:OC301", label="mindspore")


def test_a_member_of_the_teams_own_class() -> None:
    stays_after = "import acme_paddle.optim\n\nopt = acme_paddle.optim.Lamb(parameters=p.parameters(), beta2=0.999)\nopt.freeze_stats(3)\n"
    becomes(
        "import acme.optim\n\nopt = acme.optim.Lamb(p.parameters())\nopt.freeze_stats(3)\n",
        stays_after,
        "4:OC307",
    )


def test_a_class_as_a_value_goes_with_its_calls() -> None:
    becomes(
        """
        from functools import partial
        from acme.optim import Lamb

        _make = partial(Lamb, lr=0.2)
        opt = _make(net.parameters())
        """,
        """
        from functools import partial
        from acme_paddle.optim import Lamb

        _make = partial(Lamb, learning_rate=0.2)
        opt = _make(parameters=net.parameters(), beta2=0.999)
        """,
    )


def test_whether_its_class_refuses_the_arguments_of_the_source_is_not_known() -> None:
    """Of ours it is: paddle's optimizers raise an error when another file calls them as torch's."""
    source = "{imports}\n\nOPTIMIZERS = {{'it': {name}}}\n\ndef build(key, p):\n    return OPTIMIZERS[key](p, lr=0.1)\n"
    assert codes(convert(source.format(imports="import torch", name="torch.optim.Adam"))) == ["6:OC203"]
    conversion = convert(source.format(imports="import acme.optim", name="acme.optim.Lamb"))
    assert codes(conversion) == ["3:OC204", "6:OC102"]
    assert "is not known" in conversion.diagnostics[0].message.en


# -- schedulers ----------------------------------------------------------------------------------------------------


def test_a_scheduler_of_ours_on_an_optimizer_of_a_team() -> None:
    becomes(
        """
        import torch
        from acme.optim import Lamb

        opt = Lamb(net.parameters(), lr=0.2)
        sched = torch.optim.lr_scheduler.StepLR(opt, 30)
        """,
        """
        import paddle
        from acme_paddle.optim import Lamb

        sched = paddle.optimizer.lr.StepDecay(learning_rate=0.2, step_size=30)
        opt = Lamb(parameters=net.parameters(), learning_rate=sched, beta2=0.999)
        """,
    )


def test_a_scheduler_of_a_team_on_an_optimizer_of_ours() -> None:
    becomes(
        """
        import torch
        from acme.sched import Stairs

        opt = torch.optim.SGD(net.parameters(), lr=0.2)
        sched = Stairs(opt, 30)
        for epoch in range(9):
            opt.zero_grad()
            opt.step()
            sched.step_update(epoch)
            sched.step(epoch + 1)
            print(sched.get_last_lr()[0])
        """,
        """
        import paddle
        from acme_paddle.sched import Stairs

        sched = Stairs(learning_rate=0.2, every=30)
        opt = paddle.optimizer.SGD(parameters=net.parameters(), learning_rate=sched)
        for epoch in range(9):
            opt.clear_grad(set_to_zero=False)
            opt.step()
            sched.updated(epoch)
            sched.step(epoch + 1)
            print(sched())
        """,
    )


def test_an_argument_of_its_method_is_declined() -> None:
    becomes(
        "import acme.sched\n\nsched = acme.sched.Stairs(opt, 3)\nsched.step(1, metric=0.5)\n",
        "import acme_paddle.sched\n\nsched = acme_paddle.sched.Stairs(learning_rate=opt.get_lr(), every=3)\n"
        "opt.set_lr_scheduler(sched)\nsched.step(1, metric=0.5)\n",
        "3:OC202",
        "4:OC302",
    )


def test_a_function_that_gives_a_scheduler() -> None:
    becomes(
        """
        from acme.optim import Lamb
        from acme.sched import get_warmup

        opt = Lamb(net.parameters(), lr=0.2)
        sched = get_warmup(opt, warmup=args.warmup)
        sched.step()
        """,
        """
        from acme_paddle.optim import Lamb
        from paddle.optimizer.lr import LambdaDecay

        sched = LambdaDecay(learning_rate=0.2, lr_lambda=lambda epoch, warmup=args.warmup: min(1.0, epoch / max(1, warmup)))
        opt = Lamb(parameters=net.parameters(), learning_rate=sched, beta2=0.999)
        sched.step()
        """,
    )


def test_a_scheduler_whose_optimizer_is_not_its_first_argument() -> None:
    becomes(
        """
        import acme.sched
        import torch

        opt = torch.optim.Adam(net.parameters(), lr=0.2)
        sched = acme.sched.get_scheduler("cosine", opt)
        """,
        """
        import acme_paddle.sched
        import paddle

        sched = acme_paddle.sched.Named(name="cosine", learning_rate=0.2)
        opt = paddle.optimizer.Adam(parameters=net.parameters(), learning_rate=sched)
        """,
    )


def test_such_a_scheduler_changes_the_rate_of_its_optimizer() -> None:
    """Rprop takes no scheduler in paddle; whether it has one is asked of all arguments of schedulers."""
    source = "import acme.sched\nimport torch\n\nopt = torch.optim.Rprop(p.parameters())\n"
    source += "acme.sched.get_scheduler('cosine', opt)\n"
    assert "4:OC302" in codes(convert(source))


def test_it_is_a_part_of_a_sequence_by_its_factor() -> None:
    becomes(
        """
        import torch
        from acme.sched import get_warmup

        opt = torch.optim.SGD(net.parameters(), lr=0.2)
        sched = torch.optim.lr_scheduler.SequentialLR(
            opt, [get_warmup(opt, 5), torch.optim.lr_scheduler.StepLR(opt, 3)], milestones=[5])
        """,
        """
        import paddle

        sched = paddle.optimizer.lr.LambdaDecay(
            learning_rate=0.2, lr_lambda=lambda epoch: min(1.0, epoch / max(1, 5)) if epoch < 5 else 0.1 ** ((epoch - 5) // 3))
        opt = paddle.optimizer.SGD(parameters=net.parameters(), learning_rate=sched)
        """,
    )


def test_an_optimizer_that_takes_no_scheduler_keeps_its_place() -> None:
    becomes(
        """
        import acme.optim
        import torch

        opt = acme.optim.Lion(net.parameters(), lr=0.2)
        sched = torch.optim.lr_scheduler.StepLR(opt, 30)
        """,
        """
        import acme_paddle.optim
        import paddle

        opt = acme_paddle.optim.Lion(parameters=net.parameters(), rate=0.2)
        sched = paddle.optimizer.lr.StepDecay(learning_rate=opt.get_lr(), step_size=30)
        opt.set_lr_scheduler(sched)
        """,
    )


def test_a_schedule_does_not_start_from_no_rate() -> None:
    becomes(
        """
        import acme.optim
        import torch

        opt = acme.optim.Lamb(net.parameters(), lr=None)
        sched = torch.optim.lr_scheduler.StepLR(opt, 30)
        """,
        """
        import acme_paddle.optim
        import paddle

        opt = acme_paddle.optim.Lamb(parameters=net.parameters(), learning_rate=None, beta2=0.999)
        sched = paddle.optimizer.lr.StepDecay(learning_rate=opt.get_lr(), step_size=30)
        opt.set_lr_scheduler(sched)
        """,
    )


def test_a_scheduler_of_a_team_in_the_output_is_known_to_be_converted() -> None:
    stays(
        """
        import acme_paddle.sched

        lr_scheduler = acme_paddle.sched.Stairs(0.1, 3)
        state = lr_scheduler.state_dict()
        """
    )


# -- rows in place of ours -----------------------------------------------------------------------------------------


def test_a_row_may_take_the_place_of_ours() -> None:
    becomes(
        """
        import torch

        opt = torch.optim.AdamW(net.parameters(), lr=0.1)
        opt.zero_grad()
        """,
        """
        import acme_paddle.optim

        opt = acme_paddle.optim.AdamW(parameters=net.parameters(), learning_rate=0.1, weight_decay=0.01)
        opt.clear_grad(set_to_zero=False)
        """,
    )


def test_what_such_a_row_refuses_is_declined() -> None:
    stays("import torch\n\nopt = torch.optim.AdamW(net.parameters(), eps=1e-3)\n", "3:OC302")


# -- what is said of them ------------------------------------------------------------------------------------------


def test_a_note_says_once_for_each_row_that_it_was_not_measured() -> None:
    text = "import acme.optim\n\na = acme.optim.Lamb(p.parameters())\nb = acme.optim.Lamb(p.parameters())\n"
    conversion = convert(text)
    notes = [found for found in conversion.diagnostics if found.code == "OC108"]
    assert [(note.start.line, note.api) for note in notes] == [(3, "acme.optim.Lamb")]
    assert f"{ACME}:" in notes[0].message.en
    assert f"{ACME}:" in notes[0].message.zh
    assert [reference.outcome for reference in conversion.references] == [Outcome.EXACT] * 2


def test_nothing_is_said_of_rows_of_ours_or_of_what_stays() -> None:
    conversion = convert(
        "import acme.optim, torch\n\na = acme.optim.Lookahead(x)\nb = torch.optim.SGD(p.parameters())\n"
    )
    assert "OC108" not in [found.code for found in conversion.diagnostics]


def test_a_mark_is_written_in_the_encoding_of_the_file() -> None:
    source = b"# coding: latin-1\nimport acme.optim\n\nopt = acme.optim.Lamb(p.parameters())\nopt.freeze_stats(3)\n"
    conversion = convert_source(source, tables_of())
    assert not conversion.failed
    assert rb"freeze them by hand (\u51bb\u7ed3)" in conversion.source
    assert convert_source(conversion.source, tables_of()).source == conversion.source


# -- functions and classes -----------------------------------------------------------------------------------------


def test_a_function_of_a_team() -> None:
    becomes("import acme\n\nacme.clip(p)\n", "import acme_paddle\n\nacme_paddle.clip(p, top=1.0)\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("from acme import make\n\nmake(3)\n", "from acme_paddle import Factory\n\nFactory.make(3)\n"),
        ("import acme\n\nacme.make(3)\n", "import acme_paddle\n\nacme_paddle.Factory.make(3)\n"),
    ],
)
def test_a_function_that_becomes_a_method_of_a_class(before: str, after: str) -> None:
    becomes(before, after)


def test_a_class_that_is_declined() -> None:
    stays("import acme\n\nema = acme.EMA(net)\n", "3:OC307")


# -- other targets -------------------------------------------------------------------------------------------------

STEP = """
from acme import clip
from acme.optim import Lamb
from acme.sched import get_scheduler

opt = Lamb(net.parameters(), lr=0.1)
sched = get_scheduler("cosine", opt)
for x, y in batches:
    opt.zero_grad()
    loss = criterion(net(x), y)
    loss.backward()
    clip(net.parameters(), 2.0)
    opt.step()
    sched.step()
"""


def test_a_training_step_with_classes_and_functions_of_a_team() -> None:
    becomes(
        STEP,
        """
        from acme_ms import clip
        import mindspore
        from acme_ms.optim import Lamb
        from acme_ms.sched import Named

        opt = Lamb(net.trainable_params(), lr=0.1)
        sched = Named("cosine", opt)


        def forward_fn(x, y):
            loss = criterion(net(x), y)
            return loss


        grad_fn = mindspore.value_and_grad(forward_fn, None, opt.parameters)

        for x, y in batches:
            loss, grads = grad_fn(x, y)
            grads = clip(grads, 2.0)
            opt(grads)
            sched.step()
        """,
        "10:OC106",
        label="mindspore",
    )


def test_the_optimizer_of_a_scheduler_is_found_among_its_arguments() -> None:
    becomes(
        """
        import acme.optim
        import acme.sched

        opt = acme.optim.Lamb(net.parameters(), lr=0.1)
        sched = acme.sched.get_scheduler("cosine", opt)
        print(sched.optimizer.param_groups[0]["lr"] * 2)
        """,
        """
        import acme_ms.optim
        import acme_ms.sched

        opt = acme_ms.optim.Lamb(net.trainable_params(), lr=0.1)
        sched = acme_ms.sched.Named("cosine", opt)
        print(float(sched.optimizer.param_groups[0]["lr"]) * 2)
        """,
        label="mindspore",
    )


def test_a_flavor_has_rows_of_its_own() -> None:
    becomes(
        """
        import acme.optim
        import torch

        opt = acme.optim.Lamb(net.parameters(), lr=0.1)
        sched = torch.optim.lr_scheduler.ExponentialLR(opt, 0.9)
        for x, y in batches:
            opt.zero_grad()
            loss = criterion(net(x), y)
            loss.backward()
            opt.step()
            sched.step()
        """,
        """
        import acme_ms.nn
        import mindspore

        sched = mindspore.nn.ExponentialDecayLR(learning_rate=0.1, decay_rate=0.9, decay_steps=1)
        opt = acme_ms.nn.Lamb(net.trainable_params(), learning_rate=sched)


        def forward_fn(x, y):
            loss = criterion(net(x), y)
            return loss


        grad_fn = mindspore.value_and_grad(forward_fn, None, opt.parameters)

        for x, y in batches:
            loss, grads = grad_fn(x, y)
            opt(grads)
        """,
        "9:OC106",
        label="mindspore/nn",
    )


def test_a_row_for_a_target_is_none_for_its_flavor() -> None:
    stays(
        "import acme.sched\n\nsched = acme.sched.get_scheduler('x', opt)\n", "3:OC301", label="mindspore/nn"
    )


# -- projects, notebooks and configurations ------------------------------------------------------------------------

PROJECT = {
    "acme/__init__.py": "",
    "acme/optim/__init__.py": "from .lamb import Lamb\n",
    "acme/optim/lamb.py": "from torch.optim import Optimizer\n\n\nclass Lamb(Optimizer):\n    pass\n",
    "acme/train.py": "from .optim import Lamb\n\n\ndef build(net):\n    return Lamb(net.parameters(), lr=0.1)\n",
    "acme/names.py": "from torch.optim import SGD\n\nfrom .optim.lamb import Lamb\n",
    "outside.py": "from installed.optim import Lamb, Lion\n",
    "run.py": "from acme.train import build\n\nopt = build(net)\nopt.zero_grad()\n",
    "again.py": "from acme.names import Lamb\n\nopt = Lamb(net.parameters())\nopt.zero_grad()\n",
    "other.py": "from lamb import Lamb\n\nopt = Lamb(net.parameters())\n",
    "lamb.py": "class Lamb:\n    pass\n",
}


def in_project(path: str) -> str:
    """Return what a file of the project becomes, which holds the team's own package."""
    modules = ProjectModules(Files(PROJECT), tables_of())
    options = Options(annotate=False, module=lambda: modules.module_at(PurePosixPath(path)))
    conversion = convert_source(PROJECT[path].encode(), tables_of(), options)
    assert not conversion.failed
    return conversion.source.decode()


def test_a_class_that_the_project_itself_defines_is_known_by_relative_names() -> None:
    assert in_project("acme/train.py") == (
        "from acme_paddle.optim import Lamb\n\n\ndef build(net):\n"
        "    return Lamb(parameters=net.parameters(), learning_rate=0.1, beta2=0.999)\n"
    )


def test_what_a_function_of_the_project_builds_of_it_is_known() -> None:
    assert in_project("run.py") == (
        "from acme.train import build\n\nopt = build(net)\nopt.clear_grad(set_to_zero=False)\n"
    )


def test_a_name_that_a_file_of_the_project_passes_on_is_followed() -> None:
    assert in_project("again.py") == (
        "from acme_paddle.optim import Lamb\n\n"
        "opt = Lamb(parameters=net.parameters(), beta2=0.999)\nopt.clear_grad(set_to_zero=False)\n"
    )


def test_another_class_of_the_same_name_is_none_of_the_teams() -> None:
    assert in_project("other.py") == PROJECT["other.py"]


def test_a_name_that_the_project_has_from_an_installed_package() -> None:
    files = {
        "names.py": "from acme.optim import Lamb\n",
        "run.py": "from names import Lamb\n\nopt = Lamb(net.parameters())\n",
    }
    modules = ProjectModules(Files(files), tables_of())
    options = Options(annotate=False, module=lambda: modules.module_at(PurePosixPath("run.py")))
    assert convert_source(files["run.py"].encode(), tables_of(), options).source.decode() == (
        "from acme_paddle.optim import Lamb\n\nopt = Lamb(parameters=net.parameters(), beta2=0.999)\n"
    )


@pytest.mark.parametrize(
    ("builds", "written"),
    [
        pytest.param(
            "get_scheduler('cosine', opt)", "lr_scheduler.StepLR(opt, 3, 0.9995)", id="for what it is given"
        ),
        pytest.param(
            "get_scheduler('cosine', None)", "lr_scheduler.LambdaLR(opt, lr_lambda=lambda", id="for nothing"
        ),
    ],
)
def test_another_file_may_build_a_scheduler_for_an_optimizer_that_is_its_second_argument(
    builds: str, written: str
) -> None:
    """A schedule that is a function of the epoch would overwrite what the other one makes of the rate."""
    files = {
        "more.py": f"from acme.sched import get_scheduler\n\n\ndef attach(opt):\n    return {builds}\n",
        "run.py": "import torch\nfrom more import attach\n\nopt = torch.optim.SGD(net.parameters(), lr=0.1)\n"
        "sched = torch.optim.lr_scheduler.StepLR(opt, 3, 0.9995)\nattach(opt)\n",
    }
    modules = ProjectModules(Files(files), tables_of("mindspore"))
    options = Options(annotate=False, module=lambda: modules.module_at(PurePosixPath("run.py")))
    assert (
        written in convert_source(files["run.py"].encode(), tables_of("mindspore"), options).source.decode()
    )


def test_a_notebook() -> None:
    def notebook(*cells: str) -> bytes:
        held: list[dict[str, object]] = [
            {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None, "source": [c]}
            for c in cells
        ]
        return json.dumps(
            {"cells": held, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}, indent=1
        ).encode()

    before = notebook("from acme.optim import Lamb", "opt = Lamb(net.parameters())", "opt.zero_grad()")
    after = notebook(
        "from acme_paddle.optim import Lamb",
        "opt = Lamb(parameters=net.parameters(), beta2=0.999)",
        "opt.clear_grad(set_to_zero=False)",
    )
    assert convert_content("train.ipynb", before, tables_of(), BARE).source == after


def test_a_configuration() -> None:
    before = "optimizer:\n  _target_: acme.optim.Lamb\n  lr: 1\n  clamp: 10.0\nmodel: {_target_: acme.models.Net}\nwrap: {_target_: acme.optim.Lookahead}\n"
    after = before.replace("acme.optim.Lamb", "acme_paddle.optim.Lamb").replace(
        "lr: 1\n  clamp: 10.0", "learning_rate: 1.0\n  beta2: 0.999"
    )
    conversion = convert_content("conf.yaml", before.encode(), tables_of(), BARE)
    assert conversion.source.decode() == after
    assert [d.code for d in conversion.diagnostics] == ["OC108", "OC203", "OC208", "OC307"]
    assert conversion.remaining == 0
    assert convert_content("conf.yaml", conversion.source, tables_of(), BARE).source == conversion.source


def test_a_configuration_that_names_nothing_of_the_team_is_not_parsed() -> None:
    broken = b"model: {_target_: acme.models.Net\n"
    assert convert_content("conf.yaml", broken, tables_of(), BARE) == Conversion(broken)
