"""The shapes that the tables are loaded into: frozen values, no behaviour beyond looking something up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from optconv.mappings.curves import CombinedCurve, Curve, CurveEntry
from optconv.mappings.expressions import Expression
from optconv.mappings.signatures import Signature, SignatureVersion
from optconv.mappings.text import Text


@dataclass(frozen=True)
class DiagnosticKind:
    """What one diagnostic code means. A code never changes its meaning once released."""

    code: str  # "OC302"
    name: str  # "unsupported-argument"
    severity: str  # "info", "warning" or "error"; the first digit of the code says the same
    topic: str  # "differs"; what a migration report lists it under
    message: Text  # a template with {fields}
    meaning: Text
    action: Text


@dataclass(frozen=True)
class Idioms:
    """Names around the source framework's optimizers that say what an expression holds (``idioms.yaml``)."""

    parameter_iterators: frozenset[str] = frozenset()
    named_parameter_iterators: frozenset[str] = frozenset()
    module_iterators: frozenset[str] = frozenset()
    parameter_constructors: frozenset[str] = frozenset()
    number_constructors: frozenset[str] = frozenset()
    parameter_flags: frozenset[str] = frozenset()
    parameter_attributes: frozenset[str] = frozenset()
    gradient_switches: frozenset[str] = frozenset()
    gradient_modes: frozenset[str] = frozenset()
    gradient_stops: frozenset[str] = frozenset()
    result_names: frozenset[str] = frozenset()
    graph_keepers: frozenset[str] = frozenset()
    gradient_holders: frozenset[str] = frozenset()
    gradient_functions: frozenset[str] = frozenset()
    plain_results: frozenset[str] = frozenset()
    changing_methods: frozenset[str] = frozenset()
    mode_methods: frozenset[str] = frozenset()
    data_functions: frozenset[str] = frozenset()
    class_keys: frozenset[str] = frozenset()
    class_options: frozenset[str] = frozenset()
    list_options: frozenset[str] = frozenset()
    positional_keys: frozenset[str] = frozenset()
    class_tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class SourceMember:
    """A method or an attribute of the source framework's optimizers or schedulers."""

    name: str
    signatures: tuple[SignatureVersion, ...]  # newest first; empty for an attribute
    telling: bool = False  # nothing else has a member of this name: worth a word on an unknown object
    restores: bool = False  # it loads a saved state
    stores: bool = False  # it gives a state to be saved


@dataclass(frozen=True, eq=False)
class SourceApi:
    """A class or function of the source framework."""

    name: str  # "torch.optim.SGD"
    kind: str  # "optimizer", "scheduler", "class", "function", "scaler", …: see the head of the catalogue
    base: str | None
    signatures: tuple[SignatureVersion, ...]  # newest first
    members: Mapping[str, SourceMember] = field(default_factory=dict)
    saves: str = ""  # of a function that writes a file: the parameter that is written
    curve_entry: CurveEntry | None = None
    needs: frozenset[str] = frozenset()  # what an optimizer insists on: "matrices", "sparse_gradients"

    @property
    def curve(self) -> Curve | CombinedCurve | None:
        """Return the rate of a scheduler whose arguments say it. Raises `TableError`."""
        return self.curve_entry.curve if self.curve_entry is not None else None

    @property
    def short_name(self) -> str:
        """Return the last part of the name, ``SGD``."""
        return self.name.rpartition(".")[2]

    def place_of(self, parameter: str) -> int:
        """Return the place of a parameter in the newest signature; the first one where it is not there."""
        names = self.signatures[0].signature.names
        return names.index(parameter) if parameter in names else 0


@dataclass(frozen=True)
class TargetApi:
    """A class, or a method of one, of the target framework, as its installed source has it."""

    name: str  # "paddle.optimizer.SGD", "paddle.optimizer.Optimizer.clear_grad"
    signature: Signature
    types: Mapping[str, str] = field(default_factory=dict)  # what it insists on, see signatures.yaml
    inert: Mapping[str, Expression] = field(default_factory=dict)  # another value that acts as the default
    since: str | None = None
    added: Mapping[str, str] = field(default_factory=dict)  # parameter -> first version that has it
    curve_entry: CurveEntry | None = field(default=None, compare=False)

    @property
    def curve(self) -> Curve | CombinedCurve | None:
        """Return the rate of a schedule whose arguments say it. Raises `TableError`."""
        return self.curve_entry.curve if self.curve_entry is not None else None


@dataclass(frozen=True)
class ArgumentRule:
    """An argument that has no counterpart: it matters ``unless`` the condition holds."""

    parameter: str
    unless: Expression
    note: Text
    loud: bool = False  # the target raises an error by itself, so a value that cannot be read may pass
    inherited: bool = False  # the row of the base class says so


@dataclass(frozen=True)
class Difference:
    """Something that differs in the target ``when`` a condition holds (None: always)."""

    when: Expression | None
    note: Text
    loud: bool = False  # the target raises an error by itself: worth a note, no number changes in silence
    known: bool = False  # too small to be said of a value that cannot be read


@dataclass(frozen=True)
class GroupEntries:
    """The only entries that a parameter group can have beside its parameters."""

    keys: Mapping[str, str]  # the optimizer's keyword in the target -> its key in a group
    otherwise: Text  # why a group with another entry is declined


@dataclass(frozen=True)
class Case:
    """One way to write an API in the target; the first case that provably applies is taken."""

    when: Expression | None
    assume: Text | None  # may be taken when the condition is unknown: the target refuses other values
    to: str
    arguments: Mapping[str, Expression]  # target keyword -> expression over the source parameters
    groups: Mapping[str, Expression]  # the same for the keys of a parameter group, where it differs
    drop: frozenset[str]
    refuse: tuple[ArgumentRule, ...]
    lossy: tuple[ArgumentRule, ...]
    differs: tuple[Difference, ...]
    refuse_in_groups: Mapping[str, Text] = field(
        default_factory=dict
    )  # keys that only the optimizer may have
    group_entries: GroupEntries | None = None  # None: any keyword is a key of a group, too
    expression: Expression | None = None  # for a member that becomes another expression, not a call of `to`
    item: Expression | None = None  # the same when element 0 of the result is taken at once
    before: Expression | None = None  # evaluated in a statement in front; its value is the call's value
    since: str | None = None  # the first version of the target in which this case is right

    @property
    def condition_names(self) -> frozenset[str]:
        """Return every name that a condition of the case asks about."""
        rules = (rule.unless for rule in (*self.refuse, *self.lossy))
        conditions = (self.when, *(difference.when for difference in self.differs), *rules)
        return frozenset(name for condition in conditions if condition for name in condition.names)


@dataclass(frozen=True)
class InPlace:
    """How an entry is read and written in a target that has the parameter groups, too: where it stands."""

    read: Expression | None = None  # over ``entry``; None: as it stands
    write: Expression | None = None  # over ``entry`` and ``value``; None: it is assigned
    type: str = ""  # "float", "floats" or "bool", where what is assigned must be of that type


@dataclass(frozen=True)
class GroupItem:
    """How one entry of a parameter group, ``group["lr"]``, is read and written in the target."""

    read: Expression | None
    write: Expression | None
    differs: tuple[Difference, ...]
    read_ratio: Expression | None = None  # how it is read of a group whose ``ratio`` to the base is known
    refuse: Text | None = None  # why the entry can be neither read nor written
    refuse_write: tuple[Difference, ...] = ()  # when a write cannot be converted
    refuse_absolute: tuple[Difference, ...] = ()  # when a write that is no scaling cannot be converted
    refuse_single: Text | None = None  # why a write to one group of several cannot be converted
    in_place: InPlace | None = None  # the target's groups have the entry; there is no `read` and `write` then


@dataclass(frozen=True)
class AddsGroup:
    """A method that adds a parameter group; in the target the optimizer is built with the group instead."""

    parameter: str  # the parameter that is the group
    otherwise: Text  # why it is declined where the construction is not right in front of it


@dataclass(frozen=True)
class Member:
    """How a method or attribute is written in the target."""

    name: str
    cases: tuple[Case, ...]
    items: Mapping[str, GroupItem]  # of an attribute that holds the parameter groups
    adds_group: AddsGroup | None = None  # of a method that the target does not have
    unconvertible: Text | None = None  # why there is no counterpart; there are no cases then
    of: frozenset[str] = frozenset()  # the target's classes that have it so; empty: all of them
    assignable: bool = False  # an attribute that may be written as it is read
    unassignable: Text | None = None  # why it may not be written, where there is more to say than that
    through: str = (
        ""  # the attribute of this attribute that holds the parameter groups, where `items` are theirs
    )
    training_step: str = ""  # what it does in a training step, where that is written as a whole
    handed_on: Text | None = None  # what to do where groups that the target has, too, cannot be followed
    implied: bool = False  # the target does it by itself: the call is left out


@dataclass(frozen=True)
class Counted:
    """Why a schedule over an optimizer's own count of updates is declined in some places."""

    apart: Text  # where the optimizer and its scheduler are not built one behind the other
    own_rates: Text  # where parameter groups have rates of their own
    endless: Text  # where the number of all updates is needed and cannot be seen


@dataclass(frozen=True)
class Attach:
    """How a scheduler and its optimizer come together in the target."""

    argument: str  # the optimizer's argument that takes the scheduler
    rate: str  # the source optimizer's parameter that this argument is otherwise computed from
    read: Expression  # the optimizer's current rate, over ``optimizer``
    set: Expression | None  # hands the scheduler to the optimizer, over ``optimizer`` and ``scheduler``
    single: Text | None = None  # what happens to an optimizer that gets a second scheduler elsewhere
    counted: Counted | None = None  # instead of `set`: the optimizer counts its updates itself


@dataclass(frozen=True)
class GroupFunctions:
    """How a function of the epoch is written for each parameter group, where it needs the group's rate."""

    rate: Expression  # the rate of one group, over ``group``
    initial: Expression  # the same, where another scheduler may have changed it already
    each: Expression  # a list of one ``function`` for each ``group`` of the ``optimizer``


@dataclass(frozen=True)
class StayingOptions:
    """Options of parameter groups that the target stores on the parameters, for other optimizers to find."""

    options: frozenset[str]  # parameters of the source API
    note: Text


@dataclass(frozen=True)
class Subclass:
    """The common shape of a scheduler's subclass, and how it is written in the target."""

    parameter: str  # what the constructor takes instead of the optimizer
    annotation: str  # the type of that
    resume: str  # the base constructor's other parameter that may be handed on
    from_start: Expression  # whether the schedule starts from its beginning, over that parameter
    computes: str  # the method that gives the rates; the only one that may be overridden
    base_rates: str  # the attribute with the base rate of every group
    base_rate: Expression  # one base rate in the target, over ``self``
    groups: str  # the optimizer's attribute with the groups
    group_rates: Mapping[str, Expression]  # key of a group -> that rate in the target
    same: frozenset[str]  # attributes of the base class that mean the same
    reserved: frozenset[str]  # names that the target's base class uses itself
    resumed: Text  # what differs when it does not start from the beginning
    own_rates: (
        Text  # what differs when groups have rates of their own and the rate is no multiple of the base
    )
    elsewhere: Text  # what is to be done where other files build it


@dataclass(frozen=True)
class KeptSubclass:
    """Subclasses of a scheduler whose class stays as it is, but for its base and a few reads."""

    computes: str  # the method that gives the rates; it must be overridden
    overrides: frozenset[str]  # other methods that may be
    resume: str  # the constructor's parameter by which it goes on from an epoch
    from_start: Expression  # whether the schedule starts from its beginning, over that parameter
    same: frozenset[str]  # attributes of the base class that mean the same
    reads: Mapping[str, Expression]  # attributes of another type: how they are read, over ``self``
    reserved: frozenset[str]  # names that the target's base class uses itself
    resumed: Text  # what differs when it does not start from the beginning


@dataclass(frozen=True)
class Factor:
    """The rate of a scheduler in an epoch, as a multiple of the base rate: a part of a combined schedule."""

    role: str | None  # "sequence" or "product" where it holds in one of them only
    when: Expression | None
    expression: Expression  # over the parameters, ``epoch`` and ``base_lr``
    differs: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class Warmup:
    """A class of the target that begins with one certain scheduler and goes on with any other one."""

    first: str  # the scheduler of the source that it begins with
    when: Expression  # over that scheduler's parameters; must hold
    length: Expression  # how long that scheduler acts; must be the milestone
    assumes: Expression  # must not be false; where it is unknown, `assume` is said
    assume: Text
    case: Case  # over that scheduler's parameters, ``base_lr`` and ``rest``, which is the other scheduler


@dataclass(frozen=True)
class Combine:
    """How a scheduler made of others combines them."""

    role: str  # "sequence" or "product"
    schedulers: str  # the parameter that holds them
    resume: str  # their parameter by which one goes on from an epoch of its own, which a part may not
    milestones: str | None = None  # the parameter that says when the next one takes over
    warmup: Warmup | None = None


@dataclass(frozen=True)
class TrainingStep:
    """How a training step is written in a target in which gradients come from a function of the forward pass.

    Each text is a template with fields in braces.
    """

    gradients: str  # makes the function that gives the loss and the gradients
    gradients_and_results: str  # the same where the forward pass gives more than the loss
    weights: str  # the parameters of an optimizer
    all_weights: str  # the parameters of two optimizers together
    update: str  # updates an optimizer's parameters with gradients
    sum: str  # gradients added to others
    first: str  # of the gradients of two optimizers, those of the first
    rest: str  # and those of the others
    constant: str  # a value through which no gradient flows
    names: Mapping[str, str]  # what the forward pass, the function, the gradients and their total are called
    shape: Text  # how a step is written by hand, for one that cannot be converted
    needs: Text  # what else a converted step needs, that is not converted
    absent: Text  # what differs where a parameter has no part in some of the losses


@dataclass(frozen=True)
class ScaledStep:
    """How a training step with a scaled loss is written, where gradients are a value; templates, too."""

    unscale: str  # gradients without the scale
    finite: str  # whether all gradients are finite
    adjust: str  # adjusts the scale by what was found


@dataclass(frozen=True)
class ParityCase:
    """A snippet that is run on both frameworks, and how near the two must come."""

    code: str
    expected: str  # "exact", "close" or "lossy"
    step_argument: str = ""  # what the scheduler's step is called with
    since: str | None = None  # the first version of the target that has what is not converted in it


@dataclass(frozen=True)
class Workaround:
    """What a person can write where the tool declines or warns, proven like a conversion.

    Both texts are scripts of the parity harness; together they show the same numbers on both frameworks.
    """

    parameter: str  # the parameter that it stands in for; "" where it is about the API as a whole
    title: Text
    original: str
    rewritten: str
    dense: bool = False  # holds only where every parameter has a gradient in every step
    since: str | None = None  # the first version of the target in which it runs


@dataclass(frozen=True)
class Row:
    """Everything the tables say about one API and one target."""

    api: str
    summary: Text
    reference: str
    cases: tuple[Case, ...]
    members: Mapping[str, Member]
    parity: tuple[ParityCase, ...]
    annotation: str | None = None  # what the class is called in annotations and isinstance checks
    attach: Attach | None = None
    group_functions: GroupFunctions | None = None
    since: str | None = None
    single_use: Text | None = None  # why the target's object may stand only where it is entered, or decorates
    region: Expression | None = None  # what a region of low precision computes in, over the parameters
    unconvertible: Text | None = None  # why the target has no counterpart at all; there are no cases then
    workarounds: tuple[Workaround, ...] = ()
    group_options_stay: StayingOptions | None = None
    named: Text | None = (
        None  # what differs where parameters are chosen by names, or frozen ones are not left out
    )
    switched: Text | None = None  # what differs where parameters are frozen or unfrozen after it was built
    subclass: Subclass | KeptSubclass | None = None
    factors: tuple[Factor, ...] = ()
    follows: bool = False  # the target's scheduler may come after a warmup: it starts anew there
    combine: Combine | None = None
    training_step: TrainingStep | None = None
    gradients: str = ""  # the parameter whose gradients a function changes, where gradients are a value
    scaled_step: ScaledStep | None = None
    origin: str = ""  # where it stands, ``acme.yaml:12``, if it is a team's own: optconv did not measure it
