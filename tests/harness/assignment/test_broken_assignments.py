"""Mistakes in an assignment.toml: each has its line, what belongs there and, if sure, the fix."""

import pytest

from cgp_harness import assignment
from cgp_harness.errors import HarnessError
from tests.harness.assignment.test_assignment import GOOD

HEAD, TASK = 'version = "1"', 'family = "adam"'


@pytest.mark.parametrize(("old", "new", "message"), [
    ('title = "Homework"', "title = Homework",
     "not TOML: invalid value\n"
     "  at hw.toml:3:9\n"
     '  expected after = a text in quotes, a number, true, false, [a list] or {a = "table"}\n'
     '  fix: write title = "Homework"'),
    ('title = "Homework"', 'title = "Homework',
     "not TOML: illegal character '\\n'\n"
     "  at hw.toml:3:18\n"
     "  expected a text that ends on its line; one of several stands in three quotes"),
    ('title = "Homework"', 'title: "Homework"',
     "not TOML: expected '=' after a key in a key/value pair\n"
     "  at hw.toml:3:6\n"
     '  expected name = "value"\n'
     '  fix: write title = "Homework"'),
    ('title = "Homework"', 'title = "Homework" version = "1"',
     "not TOML: expected newline or end of document after a statement\n"
     "  at hw.toml:3:20\n"
     "  expected one name = value on a line, a text in quotes"),
    (HEAD, 'id = "two"\nversion = "1"',
     "not TOML: cannot overwrite a value\n"
     "  at hw.toml:4:11\n"
     "  expected each name once in its table\n"
     '  fix: write id = "two"'),
    ('["eps_inside_root"]', '["eps_inside_root"',
     "not TOML: unclosed array\n"
     "  at hw.toml:12:1\n"
     "  expected a ] at its end, and commas between"),
    ("eps = 1e-8}", "eps = 1e-8",
     "not TOML: unclosed inline table\n"
     "  at hw.toml:12:69\n"
     "  expected a } at its end, on the same line, and commas between"),
    ("[tasks.checks]", "[tasks.checks]\nloads = {points = 0}\n[tasks.checks]",
     "not TOML: cannot declare ('tasks', 'checks') twice\n"
     "  at hw.toml:16:14\n"
     "  expected each table once; [[tasks]], in two brackets, begins a further task"),
    (HEAD, "version = 1",
     "version is 1\n"
     "  at hw.toml:4, version\n"
     "  expected a text in quotes\n"
     '  fix: write version = "1"'),
    (HEAD, HEAD + '\nforbid = "torch.optim"',
     "forbid is 'torch.optim'\n"
     "  at hw.toml:5, forbid\n"
     "  expected a list of texts in quotes\n"
     '  fix: write forbid = ["torch.optim"]'),
    (HEAD, HEAD + '\nforbid = [\n  "torch.optim",\n  3,\n]',
     "forbid[1] is 3\n"
     "  at hw.toml:5, forbid[1]\n"
     "  expected a text in quotes\n"
     '  fix: write "3"'),
    (HEAD, HEAD + '\nprecision = "Float64"',
     "precision is 'Float64'\n"
     "  at hw.toml:5, precision\n"
     "  expected one of any, float64\n"
     "  fix: did you mean 'float64'?"),
    (HEAD, HEAD + "\nlimits = {memory_mib = -5}",
     "memory_mib is -5\n"
     "  at hw.toml:5, limits.memory_mib\n"
     "  expected a whole number of 64 or more, at most 1048576"),
    (HEAD, HEAD + '\nlimits = {total_s = "60"}',
     "total_s is '60'\n"
     "  at hw.toml:5, limits.total_s\n"
     "  expected a number above 0, at most 86400\n"
     "  fix: write total_s = 60, without quotes"),
    (HEAD, HEAD + "\nlimits = {request_s = inf}",
     "request_s is inf\n"
     "  at hw.toml:5, limits.request_s\n"
     "  expected a number above 0, at most 86400"),
    (HEAD, HEAD + "\nlimits = 60",
     "limits is 60\n"
     "  at hw.toml:5, limits\n"
     "  expected a table of load_s, request_s, total_s, memory_mib\n"
     "  fix: write limits = {load_s = 60}"),
    (HEAD, HEAD + '\n[aliases]\nmu = ["gamma"]\nrho = ["decay", 2]',
     "rho[1] is 2\n"
     "  at hw.toml:7, aliases.rho[1]\n"
     "  expected a text in quotes\n"
     '  fix: write "2"'),
    ("lr = 1e-3", 'lr = "1e-3"',
     "lr is '1e-3'\n"
     "  at hw.toml:12, task 'adam'.hyperparameters.lr\n"
     "  expected a number\n"
     "  fix: write lr = 1e-3, without quotes"),
    ("loads = {points = 1}", "loads = 1",
     "loads is 1\n"
     "  at hw.toml:15, task 'adam'.checks.loads\n"
     "  expected a table of points, visibility, problems, lr, sgd_lr\n"
     "  fix: write loads = {points = 1}"),
    ("loads = {points = 1}", 'loads = {points = "1"}',
     "points is '1'\n"
     "  at hw.toml:15, task 'adam'.checks.loads.points\n"
     "  expected a number\n"
     "  fix: write points = 1, without quotes"),
    ("loads = {points = 1}", 'loads = {points = 1, visibility = "after-due-date"}',
     "visibility is 'after-due-date'\n"
     "  at hw.toml:15, task 'adam'.checks.loads.visibility\n"
     "  expected one of visible, after_due_date, after_published, hidden\n"
     "  fix: did you mean 'after_due_date'?"),
    ("[tasks.checks]\n", '[tasks.checks]\nequation = "Eq. 1"\n',
     "equation is 'Eq. 1'\n"
     "  at hw.toml:15, task 'adam'.checks.equation\n"
     "  expected a table of points, visibility, problems, lr, sgd_lr\n"
     "  fix: write it above [tasks.checks]"),
    ("[[tasks]]", "[tasks]",
     "tasks is a table\n"
     "  at hw.toml:6, tasks\n"
     "  expected a list\n"
     "  fix: write [[tasks]], in two brackets"),
    ('title = "Adam"\n', "",
     "the field 'title' is missing\n"
     "  at hw.toml:6, task 'adam'\n"
     "  expected a text in quotes\n"
     '  fix: write title = "…"'),
    ("loads = {points = 1}", "loads = {}",
     "the field 'points' is missing\n"
     "  at hw.toml:15, task 'adam'.checks.loads\n"
     "  expected a number\n"
     "  fix: write points = 1"),
    (TASK, TASK + '\nacept = ["x"]',
     "there is no field 'acept'\n"
     "  at hw.toml:9, task 'adam'\n"
     "  expected one of id, title, equation, checks, kind, family, accept, "
     "hyperparameters, aliases, called\n"
     "  fix: did you mean 'accept'?"),
    (TASK, TASK + '\nforbid = ["x"]',
     "task 'adam' has 'forbid'\n"
     "  at hw.toml:9, task 'adam'.forbid\n"
     "  expected it in the assignment as a whole, not in a task\n"
     "  fix: write it above the first [[tasks]]"),
    (TASK, TASK + "\nas_written = true",
     "task 'adam' has 'as_written'\n"
     "  at hw.toml:9, task 'adam'.as_written\n"
     '  expected that of an autograd_function; the task has kind = "optimizer"\n'
     "  fix: remove it"),
    ('id = "adam"', 'id = "../x"',
     "a task is called '../x'\n"
     "  at hw.toml:7, task '../x'.id\n"
     "  expected letters, digits, _, - and . between them: commands and files use it\n"
     '  fix: write id = "x"'),
    ('id = "adam"', 'id = "my adam"',
     "a task is called 'my adam'\n"
     "  at hw.toml:7, task 'my adam'.id\n"
     "  expected letters, digits, _, - and . between them: commands and files use it\n"
     '  fix: write id = "my_adam"'),
    ('id = "hw"', 'id = "homework/1"',
     "the assignment is called 'homework/1'\n"
     "  at hw.toml:2, id\n"
     "  expected letters, digits, _, - and . between them: commands and files use it\n"
     '  fix: write id = "homework_1"'),
    (TASK, 'kind = "optimiser"',
     "there is no kind of task 'optimiser'\n"
     "  at hw.toml:8, task 'adam'.kind\n"
     "  expected one of optimizer, autograd_function, activation, backprop, "
     "primer_training, pytest\n"
     "  fix: did you mean 'optimizer'?"),
    (TASK, "",
     "task 'adam' names no family\n"
     "  at hw.toml:6, task 'adam'\n"
     "  expected one of sgd_plus, adagrad, rmsprop, adam, or a solution.py beside the "
     "file that has the rule\n"
     '  fix: or say what it is: kind = "autograd_function"'),
    ("update_rule = ", "updaterule = ",
     "task 'adam' has a check 'updaterule'\n"
     "  at hw.toml:16, task 'adam'.checks.updaterule\n"
     "  expected one of loads, relations, update_rule, hyperparameters, closed_loop, "
     "convergence, step_cost\n"
     "  fix: did you mean 'update_rule'?"),
    (HEAD, HEAD + '\nform = "rules"',
     "there is no form 'rules'\n"
     "  at hw.toml:5, form\n"
     "  expected one of auto, rule, torch_class, w_dw_config, "
     "params_states_hyperparams, step_over_params, update_params_grads, "
     "update_w_grad, init_update\n"
     "  fix: did you mean 'rule'?"),
    ("accept = [", 'aliases = {gamma = ["g"]}\naccept = [',
     "task 'adam' has aliases of 'gamma'\n"
     "  at hw.toml:11, task 'adam'.aliases.gamma\n"
     "  expected those of lr, beta1, beta2, eps\n"
     "  fix: remove it"),
    (HEAD, HEAD + "\nform = True",
     "not TOML: invalid value\n"
     "  at hw.toml:5:8\n"
     '  expected after = a text in quotes, a number, true, false, [a list] or {a = "table"}\n'
     "  fix: write form = true"),
    ('id = "hw"', "id = ",
     "not TOML: invalid value\n"
     "  at hw.toml:2:6\n"
     '  expected after = a text in quotes, a number, true, false, [a list] or {a = "table"}'),
    ('title = "Homework"', "",
     "the field 'title' is missing\n"
     "  at hw.toml\n"
     "  expected a text in quotes\n"
     '  fix: write title = "…", above the first [table]'),
    (HEAD, HEAD + '\nprecison = "any"',
     "there is no field 'precison'\n"
     "  at hw.toml:5\n"
     "  expected one of id, title, version, tasks, precision, forbid, equations, "
     "packages, aliases, form, stand_ins, reveal, limits\n"
     "  fix: did you mean 'precision'?"),
    (HEAD, HEAD + '\ndigest = "x"',
     "the field 'digest' is computed\n"
     "  at hw.toml:5, digest\n"
     "  expected a file without it\n"
     "  fix: remove it"),
    (HEAD, HEAD + "\nlimits = {request = 3}",
     "there is no field 'request'\n"
     "  at hw.toml:5, limits\n"
     "  expected one of load_s, request_s, total_s, memory_mib\n"
     "  fix: did you mean 'request_s'?"),
    ('equation = "Eq. 40"', 'equations = "Eq. 40"',
     "there is no field 'equations'\n"
     "  at hw.toml:10, task 'adam'\n"
     "  expected one of id, title, equation, checks, kind, family, accept, "
     "hyperparameters, aliases, called\n"
     "  fix: did you mean 'equation'?"),
    (TASK, 'family = "adamw"',
     "family is 'adamw'\n"
     "  at hw.toml:8, task 'adam'.family\n"
     "  expected one of adagrad, adam, rmsprop, sgd_plus\n"
     "  fix: did you mean 'adam'?"),
    ("lr = 1e-3", 'lr = "fast"',
     "lr is 'fast'\n"
     "  at hw.toml:12, task 'adam'.hyperparameters.lr\n"
     "  expected a number"),
    ("loads = {points = 1}", "loads = {point = 1}",
     "there is no field 'point'\n"
     "  at hw.toml:15, task 'adam'.checks.loads\n"
     "  expected one of points, visibility, problems, lr, sgd_lr\n"
     "  fix: did you mean 'points'?"),
    ("loads = {points = 1}", "",
     "task 'adam' has no check 'loads'\n"
     "  at hw.toml:14, task 'adam'.checks\n"
     "  expected it, since all others depend on it\n"
     "  fix: write `loads = {points = 0}` if it shall not count"),
    ("points = 1}", "points = -1}",
     "adam.loads has -1 points\n"
     "  at hw.toml:15, task 'adam'.checks.loads.points\n"
     "  expected 0 or more\n"
     "  fix: write points = 1, or 0 if it shall not count"),
    ('accept = ["eps_inside_root"]', 'accept = ["lr_in_buffer"]',
     "task 'adam' accepts 'lr_in_buffer'\n"
     "  at hw.toml:11, task 'adam'.accept\n"
     "  expected one or more of eps_inside_root, eps_outside_root, "
     "eps_outside_uncorrected_root, eps_inside_uncorrected_root\n"
     "  fix: remove it"),
    ("{lr = 1e-3,", "{lr = 1e-3, learning_rate = 1e-3,",
     "task 'adam' names a hyperparameter 'learning_rate'\n"
     "  at hw.toml:12, task 'adam'.hyperparameters.learning_rate\n"
     "  expected a default for each of lr, beta1, beta2, eps\n"
     "  fix: remove it"),
    (", eps = 1e-8", "",
     "task 'adam' does not name the hyperparameter 'eps'\n"
     "  at hw.toml:12, task 'adam'.hyperparameters\n"
     "  expected a default for each of lr, beta1, beta2, eps\n"
     "  fix: add eps, with the default that the handout gives"),
    ("{lr = 1e-3,", "{lr = nan,",
     "task 'adam' gives lr the default nan\n"
     "  at hw.toml:12, task 'adam'.hyperparameters.lr\n"
     "  expected a finite number\n"
     "  fix: write the default that the handout gives"),
    (HEAD, HEAD + '\n[aliases]\nmu = ["gamma"]\nrho = ["gamma"]',
     "the name 'gamma' stands for 'mu' and 'rho'\n"
     "  at hw.toml:7, aliases.rho\n"
     "  expected one meaning for each name under [aliases]\n"
     "  fix: remove 'gamma' from one of them"),
])
def test_a_mistake_is_said_with_its_line_and_what_belongs_there(old, new, message):
    assert old in GOOD
    with pytest.raises(HarnessError) as caught:
        assignment.parse(GOOD.replace(old, new, 1).encode(), "hw.toml")
    assert str(caught.value) == message
