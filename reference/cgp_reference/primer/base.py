"""What all parts of the facade share: the constructor's options and the state scripts read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from cgp_reference.primer.options import (
    OPTIONS,
    MissingOptionError,
    PrimerError,
    checked_options,
    missing,
    not_begun,
)
from cgp_reference.primer.ordered_names import Names
from cgp_reference.primer.settings import Settings, current

if TYPE_CHECKING:
    import torch

__all__ = ["Exp", "MissingOptionError", "Primer", "PrimerError"]


@dataclass(eq=False)
class Exp:
    """One expression, in the form that scripts construct and change.

    Args:
        exp: the whole text.
        body: the part on the right of `=`.
        dependent_var: the variable on the left.
        right_vars: the variables of the body.
        right_params: its parameters.
    """

    exp: str
    body: str
    dependent_var: str
    right_vars: list[str]
    right_params: list[str]


class Primer:
    """The options as attributes, and the attributes that hold until something is parsed.

    All state of the facade is public, as in the package: a subclass may override any method, and
    read or write any attribute between calls. So no method keeps a copy of any of them.
    """

    expressions: Sequence[str]
    output_vars: list[str]
    dataset_size: int
    learning_rate: float
    grad_delta: float
    display_loss_how_often: int
    one_neuron_model: bool
    training_iterations: int
    batch_size: int
    num_layers: int | None
    layers_config: Sequence[int]
    epochs: int | None
    for_verification_only: bool | None
    debug: object

    _settings: Settings
    training_data: Any = None
    bias: Any = None

    def __new__(cls, *args: object, **options: Any) -> Self:
        """Take the settings here: some subclasses never call the constructor below."""
        made = super().__new__(cls)
        made._settings = current()
        return made

    def __init__(self, *args: object, **options: Any) -> None:
        """Keep the options.

        Raises:
            PrimerError: an option without a name, an unknown one, or one of the wrong kind.
        """
        for name, value in checked_options(args, options).items():
            setattr(self, name, value)
        size = getattr(self, "dataset_size", 0)
        self.dataset_input_samples: dict[int, Any] = dict.fromkeys(range(size))
        self.true_output_vals: dict[int, Any] = dict.fromkeys(range(size))
        self.vals_for_learnable_params: Any = None
        self.LOSS: list[float] = []
        self.exp_objects: list[Any] = []
        self.expressions_dict: dict[str, str] = {}
        self.all_vars = Names()
        self.independent_vars = Names()
        self.dependent_vars = Names()
        self.learnable_params = Names()
        self.depends_on: dict[str, Names] = {}
        self.leads_to: dict[str, Names] = {}
        self.var_to_var_param: dict[str, dict[str, str]] = {}

    def __getattr__(self, name: str) -> Any:
        """Called for what is not there: an option that was not given is explained."""
        if name in OPTIONS and "all_vars" not in vars(self):
            raise not_begun(type(self).__name__)
        if name in OPTIONS:
            raise missing(name)
        raise AttributeError(
            f"{type(self).__name__!r} object has no attribute {name!r}", name=name, obj=self)

    @cached_property
    def device(self) -> torch.device:
        """The package's choice of device; the facade itself computes on the CPU."""
        import torch

        return torch.device("cuda:0" if torch.cuda.is_available() else "cpu")

    def _needed(self, name: str) -> Any:
        """An option that there is no default for.

        Raises:
            MissingOptionError: it was not given.
        """
        value = getattr(self, name)
        if value is None:
            raise missing(name)
        return value
