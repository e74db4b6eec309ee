"""What writes and reads the state of converted objects, and where a value comes from."""

from __future__ import annotations

import pytest

from .helpers import output, said

HEAD = "import torch\no = torch.optim.SGD(m.parameters(), lr=0.1)\n"

WRITTEN = {
    "the state itself": "torch.save(o.state_dict(), p)",
    "a dictionary": "torch.save({'a': {'b': [1, (o.state_dict(),)]}}, p)",
    "a dictionary that is called": "torch.save(dict(epoch=1, state=o.state_dict()), p)",
    "unpacked into a dictionary": "d = {'o': o.state_dict()}\ntorch.save({**d, 'epoch': 1}, p)",
    "through a name": "s = o.state_dict()\nt = s\ntorch.save(t, p)",
    "through a walrus": "torch.save((s := o.state_dict()), p)",
    "one of two, both with it": "torch.save({'o': o.state_dict()} if x else o.state_dict(), p)",
    "a comprehension": "torch.save({i: o.state_dict() for i in range(2)}, p)",
    "an item that is assigned": "s = {}\ns['o'] = o.state_dict()\ntorch.save(s, p)",
    "through a function of the user's": "torch.save(move({'o': o.state_dict()}), p)",
    "a result of the file's function": "def state():\n    return {'o': o.state_dict()}\ntorch.save(state(), p)",
    "a number out of the file that is read": "c = torch.load(p)\no.load_state_dict(c['o'])\nbest = c['best']\ntorch.save({'o': o.state_dict(), 'best': best}, p)",
    "a file in memory": "with io.BytesIO() as f:\n    torch.save(o.state_dict(), f)",
    "a loop over several": "for s in [o.state_dict()]:\n    torch.save(s, p)",
}  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN.values(), ids=WRITTEN)
def test_a_state_that_is_written(text: str) -> None:
    assert "torch" not in output(HEAD + text + "\n")


READ = {
    "at once": "o.load_state_dict(torch.load(p))",
    "by keyword": "o.load_state_dict(state_dict=torch.load(p)['o'])",
    "through names": "c = torch.load(p)\ns = c.get('o')\no.load_state_dict(s)",
    "one of two": "c = torch.load(p) if x else torch.load(q)\no.load_state_dict(c['o'])",
    "as a parameter": "def f(c):\n    o.load_state_dict(c['o'])\nf(torch.load(p))",
    "as a result": "def f():\n    return torch.load(p)\no.load_state_dict(f()['o'])",
    "taken out": "e, s = torch.load(p)\no.load_state_dict(s)",
    "read again and again": "c = torch.load(p)\nwhile x:\n    c = c['o']\n    c = c['p']\no.load_state_dict(c)",
}  # fmt: skip


@pytest.mark.parametrize("text", READ.values(), ids=READ)
def test_a_state_that_is_read(text: str) -> None:
    assert "torch" not in output(HEAD + text + "\n")


LEFT = {
    "a state of the model": "torch.save(m.state_dict(), p)",
    "a name that cannot be followed": "torch.save(state, p)",
    "a parameter that nothing is passed for": "def f(s):\n    torch.save(s, p)",
    "a parameter of a lambda": "f = lambda s: torch.save(s, p)",
    "an argument that is unpacked": "def f(s):\n    torch.save(s, p)\nf(*a)",
    "a function that returns nothing": "def f():\n    pass\ntorch.save(f(), p)",
    "an attribute of another object": "torch.save(x.state, p)",
    "an object of a class without that attribute": "class A: pass\na = A()\ntorch.save(a.state, p)",
    "arguments that cannot be seen": "torch.save(*a)",
    "what is read for the model": "m.load_state_dict(torch.load(p))",
    "what is read for an unknown object": "x.load_state_dict(torch.load(p))",
    "the function as a value": "x = torch.load",
    "a method that is not called": "x = o.load_state_dict",
}  # fmt: skip


@pytest.mark.parametrize("text", LEFT.values(), ids=LEFT)
def test_what_is_none_of_ours(text: str) -> None:
    assert output(f"{HEAD}{text}\n").endswith(
        f"{text}\n".replace("load_state_dict\n", "set_state_dict\n")
    ) or ("load_state_dict" in text)
    assert not [entry for entry in said(f"{HEAD}{text}\n") if entry.endswith(("OC207", "OC301"))]


MIXED = {
    "a tensor of the source framework": "torch.save({'o': o.state_dict(), 'x': torch.ones(1)}, p)",
    "one of two without it": "torch.save(o.state_dict() if x else y, p)",
    "something that cannot be followed": "s = o.state_dict()\nif x:\n    s = None\n    del s\ntorch.save(s, p)",
}  # fmt: skip


@pytest.mark.parametrize("text", MIXED.values(), ids=MIXED)
def test_what_is_in_doubt_is_said(text: str) -> None:
    assert "torch.save" in output(HEAD + text + "\n")
    assert any(entry.endswith("OC207") for entry in said(HEAD + text + "\n"))


@pytest.mark.parametrize("opened", ["open(p, 'wb')", "gfile.GFile(p)", "p.open('wb')"])
def test_an_open_file_is_declined(opened: str) -> None:
    text = f"{HEAD}with {opened} as f:\n    torch.save(o.state_dict(), f)\n"
    assert "torch.save" in output(text)
    assert said(text) == ["4:OC302"]


PATHS = {
    "a path": ("Path('a')", "str(Path('a'))"),
    "a path of a module": ("pathlib.Path(a)", "str(pathlib.Path(a))"),
    "a path that is joined": ("folder / 'a.pt'", "str(folder / 'a.pt')"),
    "a path that is joined with an f-string": ("folder / f'{a}.pt'", "str(folder / f'{a}.pt')"),
    "a text": ("'a.pt'", "'a.pt'"),
    "a quotient": ("a / b", "a / b"),
    "by keyword": ("f=name", "path=name"),
}  # fmt: skip


@pytest.mark.parametrize(("given", "written"), PATHS.values(), ids=PATHS)
def test_where_it_is_written_to(given: str, written: str) -> None:
    assert f"paddle.save(o.state_dict(), {written})" in output(f"{HEAD}torch.save(o.state_dict(), {given})\n")
