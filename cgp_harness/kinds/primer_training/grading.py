"""How a training is graded: by what its steps show."""

from cgp_harness.checks.grading import Grading, Right
from cgp_harness.checks.known import Known
from cgp_harness.kinds.primer_training.checks import checks
from cgp_harness.kinds.primer_training.checks.seen import PrimerContext
from cgp_harness.kinds.primer_training.diagnosis.words import (
    FORMS,
    GRADIENTS,
    NOTES,
    TOPOLOGIES,
    WITHOUT_NUMBERS,
)
from cgp_harness.kinds.primer_training.task import PrimerTask
from cgp_harness.task import CheckSpec

_RIGHT = '''
class SGDPlus(ComputationalGraphPrimer):
    velocity = None

    def step(self, name, gradient):
        self.velocity = self.velocity or {}
        self.velocity[name] = 0.9 * self.velocity.get(name, 0.0) + gradient
        return self.learning_rate * self.velocity[name]

    def backprop_and_update_params_one_neuron_model(self, samples, predictions, errors, slopes):
        size = len(samples)
        deltas = [error * slope for error, slope in zip(errors, slopes)]
        for name, parameter in self.var_to_var_param["xw"].items():
            at = self.independent_vars.index(name)
            gradient = -sum(one * sample[at] for one, sample in zip(deltas, samples)) / size
            self.vals_for_learnable_params[parameter] -= self.step(parameter, gradient)
        self.bias -= self.step("bias", -sum(deltas) / size)


neuron = SGDPlus(
    one_neuron_model=True, expressions=["xw=ab*xa+bc*xb"], output_vars=["xw"], dataset_size=100,
    training_iterations=20, learning_rate=1e-2, batch_size=4)
neuron.parse_expressions()
neuron.run_training_loop_one_neuron_model(neuron.gen_training_data())
'''

OF_STATES = (
    "The first step of the first parameter is right, and what follows is not: for two steps print "
    "the name and the state of two parameters, before and after.")
OF_STEPS = (
    "For two steps print the gradient, the state and the step of one weight, and compute them on "
    "paper from the equation.")

GRADING = Grading(
    checks={
        "followed": checks.followed, "gradient_used": checks.gradient_used,
        "rule_used": checks.rule_used, "hyperparameters_used": checks.hyperparameters_used,
        "compared_fairly": checks.compared_fairly,
    },
    right=(Right("numpy", "from ComputationalGraphPrimer import *\n", _RIGHT, PrimerTask(
        id="one_neuron_sgd_plus", title="training", equation="", layers=(2, 1),
        checks={"loads": CheckSpec(1.0), "followed": CheckSpec(1.0), "rule_used": CheckSpec(1.0)},
    )),),
    context=PrimerContext,
    known=lambda *_: (
        Known(one.flag, one.text.format(which="weights", title="another rule", form="another one"),
              OF_STATES if one in TOPOLOGIES.values() else OF_STEPS)
        for one in (*TOPOLOGIES.values(), *NOTES.values(), *FORMS.values(), *GRADIENTS.values(),
                    *WITHOUT_NUMBERS)),
)
