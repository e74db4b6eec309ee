"""Whether a gradient can flow from a loss to something that was computed outside of its forward pass."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from optconv.converter.file_context import FileContext
from optconv.converter.scopes import Binding
from optconv.converter.training_step.callees import reached_functions
from optconv.converter.training_step.dataflow import Dataflow
from optconv.converter.training_step.obstacle import Obstacle
from optconv.converter.training_step.verbs import Verb
from optconv.converter.tree_index import arguments_of, position_of
from optconv.mappings import Text, message

_DEEPEST = 6


@dataclass(frozen=True)
class _Graph:
    """How long the graph of a backward pass is there."""

    loop: ast.For | ast.While | None  # in each round of which it is used up
    outermost: ast.For | ast.While | None  # around a backward pass that runs in some rounds only
    keeps: bool  # the backward pass keeps it


class GradientSources:
    """Follows what the loss of a forward pass is computed from to the code around it."""

    def __init__(self, context: FileContext, flow: Dataflow) -> None:
        self.context = context
        self.flow = flow

    def find(
        self, part: Sequence[ast.stmt], verb: Verb, statement: ast.stmt, backward: str
    ) -> Iterator[Obstacle]:
        """Return what a gradient can flow through that is computed outside.

        Args:
            part: the statements that the loss is computed by, those that only prepare data among them.
            verb: the backward pass.
            statement: its statement.
            backward: the text of its call.
        """
        inside = {id(node) for entry in part for node in ast.walk(entry)}
        loops, here = self.flow.loops_around(statement), part[0] if part else statement
        keepers = self.context.tables.idioms.graph_keepers
        keeps_graph = any(keyword.arg in keepers for keyword in verb.call.keywords)
        kept = bool(loops) and not keeps_graph and not self._in_each_round(statement, loops[0])
        loop = loops[0] if loops and not keeps_graph and not kept else None
        graph = _Graph(loop, loops[-1] if kept else None, keeps_graph)
        for read in [r for node in (*part, verb.receiver) for r in self.flow.gradient_reads(node)]:
            if isinstance(read, ast.Attribute):
                yield from self._attribute(read, inside, backward)
                yield from self._filled(read, inside, statement, backward)
                continue
            assert isinstance(read, ast.Name)
            for binding in self.context.scopes.reaching(read.id, read):
                if id(binding.node) in inside and not (kept and self._goes_on(read, loops[0])):
                    continue
                if self._carries(binding, read, graph, here, 0):
                    yield Obstacle(self._reason(binding, read, here, backward), statement)
            yield from self._filled(read, inside, statement, backward)

    def _filled(
        self, read: ast.Name | ast.Attribute, inside: set[int], statement: ast.stmt, backward: str
    ) -> Iterator[Obstacle]:
        """Return where what a model computed is put into a container that the loss is computed from."""
        scopes, adding = self.context.scopes, self.context.tables.idioms.changing_methods
        for call in scopes.calls:
            method = call.func
            if not isinstance(method, ast.Attribute) or method.attr not in adding or id(call) in inside:
                continue
            if not self._is_same_container(method.value, read):
                continue
            if any(self.flow.is_without_gradients(ancestor) for ancestor in scopes.ancestors(call)):
                continue
            given = arguments_of(call)
            if any(self._is_computed_part(value) for value in given):
                name, line = ast.unparse(read), self.context.line(call)
                reason = message("gradient_sources.outside_block", name=name, line=line, backward=backward)
                yield Obstacle(reason, statement)

    def _is_same_container(self, filled: ast.expr, read: ast.Name | ast.Attribute) -> bool:
        """Return whether an entry may be put into what is read: one variable, or attributes of one name."""
        while isinstance(filled, ast.Subscript):
            filled = filled.value
        if isinstance(filled, ast.Attribute) and isinstance(read, ast.Attribute):
            return filled.attr == read.attr
        if not isinstance(filled, ast.Name) or not isinstance(read, ast.Name) or filled.id != read.id:
            return False
        lookup = self.context.scopes.lookup
        return lookup(filled.id, filled) is lookup(read.id, read)

    def _is_computed_part(self, value: ast.AST, depth: int = 0) -> bool:
        """Return whether a gradient can flow from an entry of a container to a model that the file asks."""
        scopes = self.context.scopes
        stack: list[ast.AST] = [value]
        while stack:
            part = stack.pop()
            if self.flow.stops_gradient(part):
                continue
            if isinstance(part, ast.Call) and ast.unparse(part.func) in self.context.model_names:
                return True
            if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load) and depth < _DEEPEST:
                for binding in scopes.reaching(part.id, part):
                    free = any(self.flow.is_without_gradients(a) for a in scopes.ancestors(binding.node))
                    given = binding.value if binding.value is not None and not free else None
                    if given is not None and self._is_computed_part(given, depth + 1):
                        return True
            stack.extend(ast.iter_child_nodes(part))
        return False

    def _goes_on(self, read: ast.Name, loop: ast.For | ast.While) -> bool:
        """Return whether what is read may have its value from the round of a loop before."""
        return not self.context.scopes.is_bound_before(read.id, read, loop)

    def _in_each_round(self, statement: ast.stmt, loop: ast.For | ast.While) -> bool:
        """Return whether a backward pass runs in each round of a loop: no graph is left to the next."""
        for ancestor in self.context.scopes.ancestors(statement):
            if ancestor is loop:
                break
            if not isinstance(ancestor, ast.With):
                return False
        before = [entry for entry in loop.body if entry.lineno < statement.lineno]
        return not any(isinstance(n, ast.Continue) for entry in before for n in ast.walk(entry))

    def _reason(self, binding: Binding, read: ast.Name, here: ast.stmt, backward: str) -> Text:
        if binding.kind == "parameter":
            return message("gradient_sources.given_by_caller", name=read.id)
        scopes = self.context.scopes
        same = scopes.block_of(scopes.statement(binding.node)) == scopes.block_of(here)
        line = self.context.line(binding.node)
        if same:
            return message("gradient_sources.two_backward_passes", name=read.id, line=line)
        return message("gradient_sources.outside_block", name=read.id, line=line, backward=backward)

    def _carries(self, binding: Binding, read: ast.Name, graph: _Graph, here: ast.stmt, depth: int) -> bool:
        """Return whether what a binding gives may be computed by a model, in the same round."""
        scopes = self.context.scopes
        parent = scopes.parents[read]
        if isinstance(parent, ast.Call) and parent.func is read:
            return False  # a model or a function, not what it returns
        if binding.kind == "parameter":
            return self._is_result(binding, read)
        if binding.kind in ("import", "definition", "delete"):
            return False
        if any(self.flow.is_without_gradients(ancestor) for ancestor in scopes.ancestors(binding.node)):
            return False
        if self._is_gone(binding, graph, here):
            return False
        if binding.kind == "loop":
            return binding.value is not None and self._goes_through_results(binding.value)
        statement = scopes.statement(binding.node)
        if self._only_constructs(statement):
            return False
        if not self.flow.is_preparation(binding.value or statement):
            return True
        return depth < _DEEPEST and any(
            self._carries(other, inner, graph, here, depth + 1)
            for inner in self.flow.gradient_reads(statement)
            if isinstance(inner, ast.Name) and inner.id != read.id
            for other in scopes.reaching(inner.id, inner)
        )

    def _is_gone(self, binding: Binding, graph: _Graph, here: ast.stmt) -> bool:
        """Return whether a backward pass of before has used up the graph of what a binding gives."""
        if graph.keeps:
            return False
        if graph.loop is not None and not self._in_same_round(binding, graph.loop, here):
            return True
        if graph.outermost is not None and binding.kind != "loop":
            around = self.context.scopes.ancestors(binding.node)
            if not any(ancestor is graph.outermost for ancestor in around):
                return binding.value is None or not self._is_computed_part(binding.value)
        return self._is_older(binding)

    def _is_older(self, binding: Binding) -> bool:
        """Return whether a binding is made before a loop that calls this function: its graph is gone then."""
        function, scopes = self.flow.scope.node, self.context.scopes
        if not isinstance(function, ast.FunctionDef) or function in scopes.ancestors(binding.node):
            return False
        around = {id(ancestor) for ancestor in scopes.ancestors(binding.node)}
        calls = self.context.kinds.functions.calls_to(function)
        loops = [self.flow.loops_around(scopes.statement(call)) for call in calls]
        return any(found and id(found[-1]) not in around for found in loops)

    def _in_same_round(self, binding: Binding, loop: ast.For | ast.While, first: ast.stmt) -> bool:
        inside = any(ancestor is loop for ancestor in self.context.scopes.ancestors(binding.node))
        return inside and position_of(binding.node) < position_of(first)

    def _is_result(self, binding: Binding, read: ast.Name) -> bool:
        """Return whether a parameter of a function is what a model computed: by its name, or by a call."""
        if read.id in self.context.tables.idioms.result_names:
            return True
        function = self.context.scopes.parents.get(
            self.context.scopes.parents.get(binding.node, binding.node)
        )
        if not isinstance(function, ast.FunctionDef) or not isinstance(binding.node, ast.arg):
            return False
        given = (self._passed(call, function, binding.node) for call in self._calls_to(function))
        return any(self._is_computed(value) for values in given for value in values)

    def _calls_to(self, function: ast.FunctionDef) -> list[ast.Call]:
        """Return the calls of a function; of a method, all of its name."""
        calls = self.context.kinds.functions.calls_to(function)
        if isinstance(self.context.scopes.parents[function], ast.ClassDef):
            named = (c for c in self.context.scopes.calls if getattr(c.func, "attr", "") == function.name)
            calls = [*calls, *(call for call in named if call not in calls)]
        return calls

    def _passed(self, call: ast.Call, function: ast.FunctionDef, parameter: ast.arg) -> list[ast.expr]:
        """Return what a call may give a parameter; to one of many values, everything."""
        if parameter in (function.args.vararg, function.args.kwarg):
            return arguments_of(call)
        value = self.context.kinds.functions.passed(call, function, parameter)
        return [] if value is None else [value]

    def _is_computed(self, value: ast.expr) -> bool:
        """Return whether an argument is computed by a model, at once or in the assignment of its name."""
        if self._runs_model(value):
            return True
        if not isinstance(value, ast.Name):
            return False
        assigned = self.context.kinds.functions.assigned(value)
        return any(v is not None and self._runs_model(v) for v in (*assigned, *self._entries(value)))

    def _entries(self, container: ast.Name) -> Iterator[ast.expr]:
        """Return what the function around a name assigns to entries and attributes of its object."""
        function = self.context.kinds.functions.function_around(container) or self.context.scopes.tree
        for node in ast.walk(function):
            for target in node.targets if isinstance(node, ast.Assign) else ():
                if isinstance(target, (ast.Subscript, ast.Attribute)) and _root(target) == container.id:
                    assert isinstance(node, ast.Assign)
                    yield node.value

    def _runs_model(self, node: ast.expr) -> bool:
        """Return whether an expression calls what the file asks for its parameters, maybe in a function."""
        models = self.context.model_names
        return any(
            isinstance(part, ast.Call) and ast.unparse(part.func) in models
            for reached in (node, *reached_functions(self.context, [node]))
            for part in ast.walk(reached)
        )

    def _goes_through_results(self, node: ast.expr) -> bool:
        """Return whether a loop may go through what a model computes: ``map(model, inputs)``."""
        given = [n for c in ast.walk(node) if isinstance(c, ast.Call) for n in c.args]
        return self._runs_model(node) or any(ast.unparse(n) in self.context.model_names for n in given)

    def _attribute(self, read: ast.Attribute, inside: set[int], backward: str) -> Iterator[Obstacle]:
        """Return where an attribute such as ``self.fake`` is computed by another method."""
        functions = self.context.kinds.functions
        holder = functions.class_of(read.value)
        parent = self.context.scopes.parents[read]
        if holder is None or (isinstance(parent, ast.Call) and parent.func is read):
            return
        for binding in functions.attribute_bindings.get((holder, read.attr), []):
            statement = self.context.scopes.statement(binding.node)
            built_once = self._is_built_once(binding.node, read)
            if id(binding.node) in inside or built_once or self._only_constructs(statement):
                continue
            if self.flow.is_preparation(statement):
                continue
            name, line = ast.unparse(read), self.context.line(binding.node)
            reason = message("gradient_sources.outside_block", name=name, line=line, backward=backward)
            yield Obstacle(reason, read)

    def _is_built_once(self, node: ast.AST, read: ast.AST) -> bool:
        """Return whether an attribute is set when its object is made: such a graph is gone after one step."""
        function = self.context.kinds.functions.function_around(node)
        own = self.context.kinds.functions.function_around(read)
        return isinstance(function, ast.FunctionDef) and function.name == "__init__" and function is not own

    def _only_constructs(self, statement: ast.stmt) -> bool:
        """Return whether a statement only makes an object: its value is a call of a class."""
        value = getattr(statement, "value", None)
        while (
            isinstance(value, ast.Call)
            and isinstance(value.func, ast.Attribute)
            and value.func.attr in self.context.tables.idioms.data_functions
        ):
            value = value.func.value  # ``Net().to(device)``
        if not isinstance(value, ast.Call) or not isinstance(value.func, (ast.Name, ast.Attribute)):
            return False
        name = value.func.attr if isinstance(value.func, ast.Attribute) else value.func.id
        root = next((part for part in ast.walk(value.func) if isinstance(part, ast.Name)), None)
        bindings = self.context.scopes.reaching(root.id, root) if root is not None else []
        known = not bindings or all(b.kind in ("import", "definition") for b in bindings)
        return name[:1].isupper() and known  # a model may be called ``G``, and is a variable


def _root(target: ast.expr) -> str:
    while isinstance(target, (ast.Subscript, ast.Attribute)):
        target = target.value
    return target.id if isinstance(target, ast.Name) else ""
