"""Mistakes of learners that raise, as submissions, and what they are told: no worker, one process.

Each is written as a student would, for a task of one of the homeworks.
"""

from __future__ import annotations

import types
import warnings

import numpy as np
import torch

from cgp_harness.kinds.activation.answers import evaluating
from cgp_harness.kinds.activation.requests import Activate
from cgp_harness.kinds.autograd_function.answers import functions
from cgp_harness.kinds.autograd_function.requests import VjpMany
from cgp_harness.kinds.backprop.answers import graphs
from cgp_harness.kinds.backprop.contract.plain_graph import Graph, Node
from cgp_harness.kinds.backprop.requests import GraphBackward, GraphForward
from cgp_harness.sandbox.host import problems
from cgp_harness.sandbox.worker import faults
from cgp_harness.task import Limits
from cgp_reference.decorator import MARK

ADAM = """\
import numpy as np
from cgp_harness import optimizer


@optimizer(m=0, v=0)
def adam(g, k, m, v, lr=1e-3, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**k)
    v_hat = v / (1 - beta2**k)
    return lr * m_hat / (v_hat + eps) ** 0.5, m, v
"""
SOFTPLUS = """\
import torch
from cgp_harness import autograd_function


@autograd_function("softplus")
class Softplus(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        ctx.save_for_backward(x)
        return torch.clamp(x, min=0) + torch.log1p(torch.exp(-abs(x)))

    @staticmethod
    def backward(ctx, g):
        x, = ctx.saved_tensors
        return g / (1 + torch.exp(-x))
"""
AFFINE = """\
import torch
from cgp_harness import autograd_function


@autograd_function("affine")
class Affine(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, W, b):
        ctx.save_for_backward(x, W)
        return x @ W.T + b

    @staticmethod
    def backward(ctx, g):
        x, W = ctx.saved_tensors
        return g @ W, g.T @ x, g.sum(0)
"""
MINE = """\
import numpy as np
from cgp_harness import activation


@activation("mine")
def mine(x):
    t = np.tanh(x)
    return t, 1 - t * t
"""
GRAPH = """\
from cgp_harness import backprop


@backprop("graph")
class Backprop:
    @staticmethod
    def forward(graph, values):
        values, partials = dict(values), {}
        for node in graph.nodes:
            values[node.name] = node.value(values)
            partials[node.name] = {}
            for name in node.arguments + node.parameters:
                up = dict(values)
                up[name] += 1e-6
                partials[node.name][name] = (node.value(up) - values[node.name]) / 1e-6
        return values, partials

    @staticmethod
    def backward(graph, partials, errors):
        at = {node.name: 0.0 for node in graph.nodes}
        at.update(errors)
        gradients = {name: 0.0 for name in graph.parameters}
        for node in reversed(graph.nodes):
            for name in node.arguments:
                if name in at:
                    at[name] += at[node.name] * partials[node.name][name]
            for name in node.parameters:
                gradients[name] += at[node.name] * partials[node.name][name]
        return gradients
"""
RIGHT = {"adam": ADAM, "softplus": SOFTPLUS, "affine": AFFINE, "mine": MINE, "graph": GRAPH}


def of(task, *changes):
    """A right submission with pieces of its text replaced."""
    text = RIGHT[task]
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return task, text


ROOT = "(v_hat + eps) ** 0.5"
TOP = "    m = beta1"
MISTAKES = {
    "a caret for a power": of("adam", ("beta1**k", "beta1^k")),
    "a power without its exponent": of("adam", ("(v_hat + eps) ** 0.5", "pow(v_hat + eps)")),
    "two values under a root": of("adam", (ROOT, "np.sqrt(v_hat, eps)")),
    "half of a number in a range": of(
        "adam", (TOP, "    for i in range(k / 2):\n        m = m / 2\n" + TOP)),
    "a caret for the root": of("adam", ("** 0.5", "^ 0.5")),
    "numpy that is not imported": of(
        "adam", ("import numpy as np\n", ""), (ROOT, "np.sqrt(v_hat + eps)")),
    "numpy under another name": of(
        "adam", ("import numpy as np", "import numpy"), (ROOT, "np.sqrt(v_hat + eps)")),
    "a root that belongs to numpy": of("adam", (ROOT, "sqrt(v_hat + eps)")),
    "a name that is misspelt": of("adam", ("m_hat / (v_hat", "mhat / (v_hat")),
    "a function that is misspelt": of("adam", (ROOT, "np.sqr(v_hat + eps)")),
    "the number of the step by another name": of("adam", ("beta1**k", "beta1**t")),
    "a name that has no value yet": of(
        "adam", (TOP, "    if k > 1:\n        old = m\n    m = old + beta1")),
    "the truth of another language": of("adam", (TOP, "    first = true\n" + TOP)),
    "the word self": of("adam", (TOP, "    self.t = k\n" + TOP)),
    "a product without its sign": of("adam", ("(1 - beta1) * g", "(1 - beta1)(g)")),
    "a text for a number": of("adam", ("beta1 * m", "'0.9' * m")),
    "the number before the first": of(
        "adam", ("    m_hat = m / (1 - beta1**k)", "    m_hat = m * (1 / (1 - beta1**(k - 1)))")),
    "a prompt": of("adam", (TOP, "    lr = float(input('rate? '))\n" + TOP)),
    "a file of one's own computer": of("adam", (TOP, "    lr = np.loadtxt('rate.txt')\n" + TOP)),
    "another file of one's own computer": of(
        "adam", (TOP, "    lr = float(open('rate.txt').read())\n" + TOP)),
    "a state that is taken for a list": of("adam", (TOP, "    m.append(g)\n" + TOP)),
    "a state that is changed by its function": of(
        "adam", (TOP, "    history = [g]\n    m = history.append(m) + g\n" + TOP)),
    "the gradient of the gradient": of("adam", (TOP, "    g = g.grad\n" + TOP)),
    "torch's function for an array": of(
        "adam", ("import numpy as np", "import torch"), (ROOT, "torch.sqrt(v_hat + eps)")),
    "torch's method for an array": of("adam", (TOP, "    g = g.clone()\n" + TOP)),
    "math's function for an array": of(
        "adam", ("import numpy as np", "import math"), (ROOT, "math.sqrt(v_hat + eps)")),
    "one question for many numbers": of("adam", (TOP, "    if g > 0:\n        m = m\n" + TOP)),
    "the larger of two arrays": of("adam", (ROOT, "max(v_hat, m_hat)")),
    "a loop over a number": of("adam", (TOP, "    for i in k:\n        pass\n" + TOP)),
    "more indices than axes": of("adam", (TOP, "    n = g[0][1]\n" + TOP)),
    "brackets for parentheses": of("adam", (ROOT, "np.sqrt[v_hat + eps]")),
    "a rule that calls itself": of("adam", (TOP, "    return adam(g, k, m, v)\n" + TOP)),
    "what is not written yet": of("adam", (TOP, "    raise NotImplementedError\n" + TOP)),
    "nothing saved for backward": of("softplus", ("        ctx.save_for_backward(x)\n", "")),
    "nothing saved, and taken by its number": of(
        "softplus", ("        ctx.save_for_backward(x)\n", ""),
        ("x, = ctx.saved_tensors", "x = ctx.saved_tensors[0]")),
    "a missing comma": of("softplus", ("x, = ctx", "x = ctx")),
    "a missing comma before a function": of(
        "softplus", ("x, = ctx", "x = ctx"), ("g / (1 + torch.exp(-x))", "g * torch.sigmoid(x)")),
    "forward without ctx": of(
        "softplus", ("forward(ctx, x)", "forward(x)"), ("        ctx.save_for_backward(x)\n", "")),
    "backward without ctx": of("softplus", ("backward(ctx, g)", "backward(g)")),
    "backward that wants the input": of(
        "softplus", ("backward(ctx, g)", "backward(ctx, g, x)"),
        ("        x, = ctx.saved_tensors\n", "")),
    "self for ctx": of("softplus", ("forward(ctx, x)", "forward(self, x)")),
    "an attribute that forward never kept": of("softplus", ("x, = ctx.saved_tensors", "x = ctx.x")),
    "a misspelt attribute of ctx": of("softplus", ("ctx.saved_tensors", "ctx.saved_tensor")),
    "a property that is called": of("softplus", ("ctx.saved_tensors", "ctx.saved_tensors()")),
    "a number among the saved tensors": of(
        "softplus", ("save_for_backward(x)", "save_for_backward(x, 2.0)"), ("x, = ", "x, two = ")),
    "numpy's function for a tensor": of(
        "softplus", ("import torch\n", "import numpy as np\nimport torch\n"),
        ("\n\n@autograd", "\n\nx = torch.ones(2, requires_grad=True)\nprint(np.exp(x))\n\n"
         "\n@autograd")),
    "an array for a gradient": of(
        "softplus", ("import torch\n", "import numpy as np\nimport torch\n"),
        ("g / (1 + torch.exp(-x))", "g.numpy() / (1 + np.exp(-x.numpy()))")),
    "math's function for a tensor": of(
        "softplus", ("import torch\n", "import math\nimport torch\n"),
        ("torch.exp(-abs(x))", "math.exp(-abs(x))")),
    "one question for a tensor": of(
        "softplus", ("        return torch.clamp", "        if x > 20:\n            return x\n"
                     "        return torch.clamp")),
    "one number of many": of("softplus", ("torch.exp(-x)", "torch.exp(-x).item()")),
    "a tensor of another dtype": of(
        "softplus", ("return g /", "return (g @ torch.eye(3)) /")),
    "the larger of a tensor and a number": of(
        "softplus", ("torch.clamp(x, min=0)", "torch.max(x, 0)")),
    "tensors one by one": of("softplus", ("return g / (1 +", "return torch.cat(g, x) / (1 +")),
    "a list of saved tensors": of("softplus", ("save_for_backward(x)", "save_for_backward([x])")),
    "sizes that are not asked for": of(
        "softplus", ("return g /", "return g.view(x.size) /")),
    "a gradient too few": of("affine", (", g.sum(0)", "")),
    "an argument by another name": of("affine", ("g.sum(0)", "g.sum(dims=0)")),
    "a matrix that is not transposed": of("affine", ("x @ W.T + b", "x @ W + b")),
    "a matrix that is not transposed, in words": of("affine", ("x @ W.T", "torch.mm(x, W)")),
    "factors in the wrong order": of("affine", ("g.T @ x", "g @ x")),
    "a sum over the wrong axis": of("affine", ("g.sum(0)", "g.sum(1)")),
    "an axis that is not there": of("affine", ("g.sum(0)", "g.sum(2)")),
    "shapes that cannot be joined": of("affine", ("+ b", "+ x")),
    "more names than saved tensors": of("affine", ("x, W = ", "x, W, b = ")),
    "a shape for another number of values": of("affine", ("x @ W.T", "x.view(4, 3) @ W.T")),
    "torch's function for an activation": of(
        "mine", ("import numpy as np", "import torch"), ("np.tanh", "torch.tanh")),
    "math's function for an activation": of(
        "mine", ("import numpy as np", "import math"), ("np.tanh", "math.tanh")),
    "two questions for an activation": of(
        "mine", ("np.tanh(x)", "np.tanh(x) if 0 < x < 1 else x")),
    "sizes one by one": of("mine", ("    t = ", "    zeros = np.zeros(2, 2)\n    t = ")),
    "a choice without its second half": of("mine", ("np.tanh(x)", "np.where(x > 0, x)")),
    "one question for an activation": of("mine", ("np.tanh(x)", "np.tanh(x) if x > 0 else x")),
    "an input that is changed": of("mine", ("    t = ", "    x[x < 0] = 0\n    t = ")),
    "a function that is not called": of("mine", ("1 - t * t", "1 - t.sum * t")),
    "a list for an array": of("mine", ("1 - t * t", "1 - [0.5, 1.0] * t.tolist()")),
    "an activation of two arguments": of("mine", ("def mine(x)", "def mine(x, alpha)")),
    "an activation of none": of("mine", ("def mine(x)", "def mine()"), ("np.tanh(x)", "0.0")),
    "a node for its name": of("graph", ("partials[node.name] = {}", "partials[node] = {}"),
                              ("partials[node.name][name] =", "partials[node][name] =")),
    "a table that begins empty": of(
        "graph", ("gradients = {name: 0.0 for name in graph.parameters}", "gradients = {}")),
    "an input among the nodes": of(
        "graph", ("                if name in at:\n    ", "")),
    "nodes that are called": of("graph", ("reversed(graph.nodes)", "reversed(graph.nodes())")),
    "nodes that are called, in a loop": of(
        "graph", ("for node in graph.nodes:\n            values", "for node in graph.nodes():\n"
                  "            values")),
    "a tuple that is turned round": of(
        "graph", ("reversed(graph.nodes)", "graph.nodes.reverse()")),
    "a list that is taken for a dict": of(
        "graph", ("gradients = {name", "gradients = [0.0].keys()\n        gradients = {name")),
    "a loop over a dict": of("graph", (
        "            for name in node.parameters:\n                gradients",
        "            for name, partial in partials[node.name]:\n                gradients")),
    "an attribute by another name": of("graph", ("node.arguments +", "node.argument +")),
    "a method without its argument": of("graph", ("node.value(values)", "node.value()")),
    "a part of a node that there is not": of(
        "graph", ("node.arguments + node", "node.args + node")),
    "a part of the graph that there is not": of(
        "graph", ("in reversed(graph.nodes)", "in graph.sorted()")),
    "a method that is not called": of("graph", ("node.value(up) -", "node.value -")),
    "the larger of a tensor and 0": of("softplus", ("torch.clamp(x, min=0)", "max(x, 0)")),
    "the step number that is not asked for": of("adam", ("g, k, m", "g, m")),
    "a name of the file that comes too late": of(
        "adam", ("@optimizer", "RATE = START / 10\nSTART = 0.01\n\n\n@optimizer")),
    "a default that comes too late": of(
        "adam", ("lr=1e-3", "lr=RATE"), ("** 0.5, m, v\n", "** 0.5, m, v\n\n\nRATE = 1e-3\n")),
    "a name of another function": of(
        "adam", ("@optimizer", "def corrected(m, k):\n    c = 1 - 0.9**k\n    return m / c\n\n\n"
                 "@optimizer"), ("m / (1 - beta1**k)", "m / c")),
    "a function of the class by its name alone": of(
        "softplus", ("    @staticmethod\n    def forward", "    @staticmethod\n"
                     "    def curve(x):\n        return torch.log1p(torch.exp(-abs(x)))\n\n"
                     "    @staticmethod\n    def forward"),
        ("return torch.clamp(x, min=0)", "return curve(x) + torch.clamp(x, min=0)")),
    "a name of Python's own for a value": of(
        "adam", (TOP, "    sum = m + g\n" + TOP), (ROOT, "sum([v_hat, eps]) ** 0.5")),
    "a backward of an object": of(
        "graph", ("def backward(graph", "def backward(self, graph")),
    "a forward of an object": of("softplus", ("def forward(ctx, x)", "def forward(self, ctx, x)")),
    "a forward with self behind": of(
        "softplus", ("def forward(ctx, x)", "def forward(ctx, self, x)")),
    "a backward with an argument too many": of(
        "graph", ("def backward(graph, partials, errors)",
                  "def backward(graph, partials, errors, lr)")),
    "the gradient by another name": of("adam", ("(1 - beta2) * g * g", "(1 - beta2) * grad**2")),
    "the gradient by torch's name": of("softplus", ("return g /", "return grad_output /")),
    "a state without its value": of("adam", ("@optimizer(m=0, v=0)", "@optimizer([m, v])")),
    "a state by its name alone": of("adam", ("@optimizer(m=0, v=0)", "@optimizer('m', 'v')")),
    "a decorator without a name": of("mine", ('@activation("mine")', "@activation()")),
    "a question about an input that there is not": of(
        "affine", ("g.sum(0)", "g.sum(0) if ctx.needs_input_grad[3] else None")),
    "a number behind the last": of("adam", (TOP, "    g[2]\n" + TOP)),
    "differences between neighbours": of("mine", ("1 - t * t", "np.gradient(t, x, x)")),
    "an expression given to Python": of(
        "graph", ("            partials[node.name] = {}", "            eval('2 ^ 0.5')\n"
                  "            partials[node.name] = {}")),
    "an optimizer of torch's that is not begun": of(
        "adam", ("@optimizer", "import torch\n\n\nclass Mine(torch.optim.Optimizer):\n"
                 "    def __init__(self, params):\n        self.params = params\n\n\n"
                 "print(Mine([torch.zeros(1)]).param_groups)\n\n\n@optimizer")),
    "a decorator that is misspelt": of("adam", ("import optimizer", "import optimiser")),
    "a hyperparameter that is no argument": of("adam", ("beta1=0.9, ", "")),
}
SYNTAX = {
    "a name behind return": of("adam", ("    return lr", "    return step = lr")),
    "a comma that return lacks": of(
        "mine", ("return t, 1 - t * t", "d = 1 - t * t\n    return t d")),
    "a minus from a PDF": of("adam", ("(1 - beta1) * g", "(1 \N{MINUS SIGN} beta1) * g")),
    "a missing colon": of("adam", ("eps=1e-8):", "eps=1e-8)")),
    "a decimal comma": of("adam", ("lr=1e-3", "lr=0,001")),
    "a decimal comma before other digits": of("adam", ("beta1=0.9", "beta1=0,9")),
    "a parenthesis that stays open": of("adam", ("(1 - beta2**k)", "(1 - beta2**k")),
    "one parenthesis too much": of("adam", ("(1 - beta2**k)", "(1 - beta2**k))")),
    "a word of Python's own": of("adam", ("eps=1e-8", "lambda=1e-8")),
    "a product without a sign": of("adam", ("(1 - beta1) * g", "(1 - beta1)g")),
    "a number before a name": of("adam", ("beta2 * v", "2v")),
    "a comparison by one sign": of("adam", (TOP, "    if k = 1:\n        m = g\n" + TOP)),
    "else if": of("adam", (TOP, "    if k == 1:\n        pass\n    else if k == 2:\n        "
    "pass\n" + TOP)),
    "plus plus": of("adam", (TOP, "    k++\n" + TOP)),
    "and by two signs": of("adam", (TOP, "    if k > 1 && k < 9:\n        pass\n" + TOP)),
    "quotation marks of a text": of(
        "adam", (TOP, "    "
        "print(\N{LEFT DOUBLE QUOTATION MARK}k\N{RIGHT DOUBLE QUOTATION MARK})\n" + TOP)),
    "a line too far to the right": of("adam", ("    v_hat = v", "      v_hat = v")),
    "a line between two places": of("adam", ("    v_hat = v", "  v_hat = v")),
    "a body that is not set in": of("adam", (TOP, "    if k == 1:\n    m = 0 * g\n" + TOP)),
    "a tab among spaces": of("adam", ("    v_hat = v", "\tv_hat = v")),
    "a return outside": of("adam", ("    return lr", "return lr")),
    "a default before what has none": of("adam", ("g, k, m, v, lr=1e-3", "g, lr=1e-3, k, m, v")),
    "a space from a web page": of("adam", ("    v_hat = v", "    v_hat =\N{NO-BREAK SPACE}v")),
    "the fence of a chat": of("adam", ("from cgp_harness", "```python\nfrom cgp_harness")),
    "the prompt of a session": of("adam", ("from cgp_harness", ">>> from cgp_harness")),
    "a merge that is open": of("adam", (TOP, "<<<<<<< HEAD\n" + TOP)),
    "a command of the terminal": of(
        "adam", ("from cgp_harness", "pip install torch\nfrom cgp_harness")),
    "a word of Python's that is misspelt": of("adam", ("    return lr", "    retrun lr")),
    "an import that is misspelt": of("adam", ("harness import", "harness improt")),
    "a word of Python's in capitals": of("adam", ("    return lr", "    Return lr")),
    "a function as elsewhere": of("adam", ("def adam", "function adam")),
    "a type before a name": of("adam", ("    m_hat =", "    float m_hat =")),
    "a name of two words": of("adam", ("    m_hat =", "    m hat =")),
    "a text without its end": of("adam", (TOP, "    print('k)\n" + TOP)),
}


def told(task, source, folder):
    """What Python says, and what the student is told, of a submission that raises."""
    path = folder / "mine.py"
    path.write_text(source, "utf-8")
    module = types.ModuleType("mine")
    vars(module)["input"] = lambda *_: ""  # as in a worker
    where = ""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            exec(compile(source.encode(), str(path), "exec"), vars(module))
            where = f"{path}:1"
            CALLED[task](module)
    except Exception as error:
        failed = faults.failed(error, str(folder), faults.Position(where))
    else:
        raise AssertionError("it raised nothing")
    name = f"{task}()" if task == "adam" else task
    told = problems.of_call(failed, name, Limits()) if where else problems.of_loading(
        failed, "mine.py", Limits())
    return failed.what, str(told)


def _rule(module):
    rule = module.adam
    rule.step(np.array([0.5, -1.0]), 1, (np.zeros(2), np.zeros(2)), {})


def _function(*shapes):
    def called(module):
        target = next(one for one in vars(module).values() if getattr(one, MARK, "") or (
            isinstance(one, type) and issubclass(one, torch.autograd.Function)))
        size = sum(int(np.prod(shape)) for shape in shapes)
        output = shapes[0] if len(shapes) == 1 else (shapes[0][0], shapes[1][0])
        request = VjpMany(
            target.__name__.lower(), shapes, output, "float64", (True,) * len(shapes), "plain",
            "plain", "cpu", ("real",) * len(shapes), ())
        numbers = np.linspace(0.5, 2.0, size + int(np.prod(output)))
        functions.answer(request, target, numbers)
    return called


def _activation(module):
    evaluating.answer(Activate("mine", (2,)), module.mine, np.array([0.5, -1.0]))


PROGRAM = ("a", "xa", ("*", (0, 1)))


def _graph(module):
    graph = Graph((Node("xp", "xp = a*xa", ("xa",), ("a",), PROGRAM),), ("xa",), ("a",), ("xp",))
    graphs.answer(GraphForward("graph", (graph,)), module.Backprop, np.array([0.5, 2.0]))
    graphs.answer(GraphBackward("graph", (graph,)), module.Backprop, np.array([2.0, 0.5, 1.0]))


CALLED = {"adam": _rule, "softplus": _function((2, 3)), "affine": _function((2, 3), (4, 3), (4,)),
          "mine": _activation, "graph": _graph}
