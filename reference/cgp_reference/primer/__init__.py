"""The class of the lecture, on the reference engine: `ComputationalGraphPrimer`."""

from __future__ import annotations

from cgp_reference.primer.base import Exp, PrimerError
from cgp_reference.primer.dag.general_dag import GeneralDag
from cgp_reference.primer.dag.loss import Loss
from cgp_reference.primer.data_loader import TrainingData
from cgp_reference.primer.displays import Displays
from cgp_reference.primer.evaluation import Evaluation
from cgp_reference.primer.lazy import Lazy
from cgp_reference.primer.neurons.multi_neuron import MultiNeuronModel
from cgp_reference.primer.neurons.one_neuron import OneNeuronModel
from cgp_reference.primer.parsing import Parsing
from cgp_reference.primer.verification import Verification

__all__ = ["ComputationalGraphPrimer", "Exp", "PrimerError"]


class ComputationalGraphPrimer(
    OneNeuronModel, MultiNeuronModel, GeneralDag, Verification, Displays,
    TrainingData, Evaluation, Loss, Parsing,
):
    """Stands in for the class of the course's package."""

    AutogradCustomization = Lazy(
        "cgp_reference.primer.autograd_customization:AutogradCustomization")
    AutoGradCustomization = AutogradCustomization       # the slides' other spelling
