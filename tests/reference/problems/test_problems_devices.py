"""Problems on torch's devices: the same numbers as numpy's, from the same source."""

import numpy as np
import pytest
import torch

from cgp_reference.activation import Activation
from cgp_reference.backend import NUMPY, BackendError, backend_of, torch_on
from cgp_reference.network import LayeredNetwork
from cgp_reference.network.passes import Passes, inside, with_ones
from cgp_reference.optimizers import RULES
from cgp_reference.problems import PROBLEMS

CUDA = torch.cuda.is_available()
DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.skipif(
    not CUDA, reason="torch finds no CUDA device"))]
on_every_device = pytest.mark.parametrize("device", DEVICES)
every_problem = pytest.mark.parametrize("name", PROBLEMS)


@every_problem
@on_every_device
@pytest.mark.parametrize("seeds", [[3], range(5)], ids=["one seed", "five seeds"])
def test_each_evaluation_is_numpy_s(name, device, seeds):
    backend = torch_on(device)
    ours = PROBLEMS[name].course(seeds, 150)
    theirs = PROBLEMS[name].course(seeds, 150, backend=backend)
    assert np.array_equal(backend.numpy(theirs.start), ours.start)
    random = np.random.default_rng(1)
    points, tensors = ours.start.copy(), theirs.start.clone()
    evaluate, on_device = ours.bound(points), theirs.bound(tensors)
    for k in range(150):
        (losses, gradient), answer = evaluate(k), on_device(k)
        for tensor, array in zip(answer, (losses, gradient), strict=True):
            assert isinstance(tensor, torch.Tensor)
            assert (tensor.dtype, tensor.device.type) == (torch.float64, device)
            assert tuple(tensor.shape) == array.shape
        largest = abs(gradient).max()
        assert backend.numpy(answer[0]) == pytest.approx(losses, rel=1e-12)
        assert backend.numpy(answer[1]) == pytest.approx(gradient, rel=1e-12, abs=1e-12 * largest)
        points[:] = ours.start + random.normal(0, 0.3, points.shape)
        tensors.copy_(backend.array(points))


@every_problem
@on_every_device
def test_gradients_are_memory_of_their_own(name, device):
    course = PROBLEMS[name].course([4, 1], 70, backend=torch_on(device))
    tensors = course.start.clone()
    evaluate = course.bound(tensors)
    gradients, copies = [], []
    for k in range(70):
        gradients.append(evaluate(k)[1])
        copies.append(gradients[-1].clone())
        tensors += 1e-3
    assert torch.equal(torch.stack(gradients), torch.stack(copies))


def trained(name, family, seeds, iterations, backend):
    course = PROBLEMS[name].course(seeds, iterations, backend=backend)
    parameters = course.start + 0.0
    evaluate, stepping = course.bound(parameters), RULES[family].run([parameters])
    for k in range(iterations):
        parameters -= stepping.step([evaluate(k)[1]], {"lr": 3e-2})[0]
    return backend.numpy(parameters)


@on_every_device
@pytest.mark.parametrize("name", ["one_neuron", "multi_neuron", "ravine", "sparse"])
def test_a_training_is_numpy_s(name, device):
    expected = trained(name, "adam", [8, 2, 6], 100, NUMPY)
    assert trained(name, "adam", [8, 2, 6], 100, torch_on(device)) == pytest.approx(
        expected, rel=1e-9, abs=1e-11)


@pytest.mark.skipif(not CUDA, reason="torch finds no CUDA device")
@every_problem
def test_thousands_of_seeds_get_on_a_gpu_what_some_get_in_numpy(name):
    course = PROBLEMS[name].course(range(4096), 3, backend=torch_on("cuda"))
    evaluate = course.bound(course.start.clone())
    some = PROBLEMS[name].course([0, 4095], 3)
    for k in range(3):
        losses, gradient = (NUMPY.array(each.cpu().numpy()) for each in evaluate(k))
        expected = some.bound(some.start)(k)
        assert losses[[0, -1]] == pytest.approx(expected[0], rel=1e-12)
        assert gradient[:, [0, -1]] == pytest.approx(expected[1], rel=1e-10, abs=1e-12)


@pytest.mark.skipif(not CUDA, reason="torch finds no CUDA device")
def test_a_training_on_a_gpu_is_the_same_again():
    once, again = (
        trained("multi_neuron", "adam", range(1000), 50, torch_on("cuda")) for _ in range(2))
    assert np.array_equal(once, again)


@pytest.mark.skipif(CUDA, reason="there is a CUDA device")
def test_a_device_that_is_not_there_is_refused():
    with pytest.raises(BackendError) as caught:
        torch_on("cuda")
    assert str(caught.value) == (
        "there is no device 'cuda'\n"
        "  expected a GPU that torch can use\n"
        "  fix: use 'cpu', or install a torch that is built for the GPU's driver"
    )


def test_a_backend_describes_what_its_numbers_may_depend_on():
    assert NUMPY.describe() == {"device": "cpu", "numpy": np.__version__}
    assert torch_on("cpu").describe() == {
        "device": "cpu", "numpy": np.__version__, "torch": torch.__version__,
        "threads": str(torch.get_num_threads()),
        "deterministic": str(torch.are_deterministic_algorithms_enabled()),
    }


@pytest.mark.skipif(not CUDA, reason="torch finds no CUDA device")
def test_a_gpu_is_described_by_name():
    described = torch_on("cuda").describe()
    assert described["gpu"] == torch.cuda.get_device_name(0)
    assert {"cuda", "CUBLAS_WORKSPACE_CONFIG"} <= set(described)


def test_an_array_says_where_it_is():
    assert backend_of(np.zeros(3)) is NUMPY
    assert backend_of(torch.zeros(3)) is torch_on("cpu")
    assert repr(torch_on("cpu")) == "Backend(library='torch', device='cpu')"


# --- networks of other activations --------------------------------------------------------------


def gradient_of(network, seeds, backend):
    """Loss gradients at random parameters, some sums of which are below 0 and one is 0."""
    random = np.random.default_rng(5)
    parameters = random.normal(size=(network.size, seeds))
    parameters[:network.layers[0] + 1] = 0
    inputs, labels = random.normal(size=(4, 8, seeds)), random.normal(size=(8, seeds))
    sources, targets = backend.array(inside(with_ones(inputs))), backend.array(inside(labels))
    passes = Passes(network, backend.array(parameters), 8)
    [gradient] = passes.gradients(
        [sources], [targets], backend.empty(inside(np.empty((1, 1, 8, seeds))).shape))
    return backend.numpy(gradient)


@on_every_device
@pytest.mark.parametrize("seeds", [1, 3])
@pytest.mark.parametrize("activations", [
    ("relu", "tanh"), ("tanh", "identity"), ("identity", "relu"), ("sigmoid", "tanh"),
])
def test_every_activation_computes_on_tensors_as_in_numpy(device, seeds, activations):
    network = LayeredNetwork((4, 3, 1), activations)
    expected = gradient_of(network, seeds, NUMPY)
    assert abs(expected).max() > 0.1
    assert gradient_of(network, seeds, torch_on(device)) == pytest.approx(
        expected, rel=1e-12, abs=1e-14)


def test_an_activation_of_one_s_own_is_numpy_s_alone():
    softsign = Activation("softsign", lambda x: x / (1 + abs(x)), lambda x, y: 1 / (1 + abs(x))**2)
    with pytest.raises(BackendError) as caught:
        gradient_of(LayeredNetwork((4, 3, 1), softsign), 2, torch_on("cpu"))
    assert str(caught.value) == (
        "the activation 'softsign' computes with numpy only\n"
        "  expected one of sigmoid, relu, tanh, identity on torch, cpu\n"
        "  fix: train on the CPU with numpy"
    )
