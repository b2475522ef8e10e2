"""Figures: the numbers of a plot and nothing else, in words too, and none of a hidden check."""

import math
import subprocess
import sys
from dataclasses import replace
from typing import get_args, get_type_hints

import msgspec
import numpy as np
import pytest
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from cgp_harness.model.plot import Plot, Series
from cgp_harness.reports import figures
from cgp_harness.reports.figures import log_axis
from cgp_harness.reports.figures.drawing import KINDS, draw, look
from cgp_harness.reports.figures.strokes import COLOURS, style_of
from cgp_harness.reports.figures.svg import svg
from cgp_harness.reports.figures.words import words
from cgp_harness.store import Store
from tests.harness.reports.example_reports import FALLING, FIGURED, HOSTILE, PERFECT, PLOTS, STEPS

LOSSES, DIFFERENCES, PATH = PLOTS
ROLES = get_args(get_type_hints(Series)["role"])


@pytest.fixture(autouse=True)
def in_the_look():
    with look():
        yield


def lines_of(plot):
    """The lines on the axes, by what they hold; a gap is None."""
    [axes] = draw(plot).axes
    return [
        ([float(x) for x in line.get_xdata()],
         [None if math.isnan(y) else float(y) for y in line.get_ydata()])
        for line in axes.lines
    ]


def legend_of(plot):
    figure = draw(plot)
    return [text.get_text() for text in figure.legends[0].get_texts()]


# --- what is drawn ------------------------------------------------------------------------------


def test_every_kind_of_plot_is_drawn():
    assert get_args(get_type_hints(Plot)["kind"]) == tuple(KINDS)


def test_a_curve_has_the_numbers_of_its_series_and_gaps_where_they_are_not_finite():
    assert lines_of(LOSSES) == [(list(one.x), list(one.y)) for one in LOSSES.series]


def test_a_path_has_its_numbers_and_marks_its_two_ends():
    student, start, end, sgd, sgd_start, sgd_end = lines_of(PATH)
    assert student == ([2, 1, 0], [1, -0.5, 0.25])
    assert sgd == ([2, 1.5, 1.25], [1, -1, None])
    assert (start, end) == (([2], [1]), ([0], [0.25]))
    assert (sgd_start, sgd_end) == (([2], [1]), ([1.5], [-1]))


def test_the_contours_below_a_path_are_of_its_surface_and_end_the_axes():
    [axes] = draw(PATH).axes
    [contours] = axes.collections
    assert (axes.get_xlim(), axes.get_ylim()) == ((-0.4, 2.4), (-1.4, 1.4))
    low, *_, high = contours.levels
    assert (low > 0.5, high < 8.0) == (True, True)         # what is 0 or infinite has no logarithm
    flat = replace(PATH, surface=replace(PATH.surface, z=((1.0,) * 3,) * 3))
    assert not draw(flat).axes[0].collections


def test_differences_are_points_about_zero_with_their_mean_and_interval():
    zero, points, interval, mean, others, other_mean = lines_of(DIFFERENCES)
    assert zero[1] == [0, 0]
    assert points[1] == [-0.5, -0.25, 0.25, None]
    assert interval[1] == [-0.6, 0.3]
    assert mean[1] == [pytest.approx(-0.5 / 3)]
    assert (others[1], other_mean[1]) == ([0, 0], [0])
    columns = [set(map(round, line[0])) for line in (points, mean, others, other_mean)]
    assert columns == [{0}, {0}, {1}, {1}]


def test_a_legend_names_every_series_and_every_mark():
    assert legend_of(LOSSES) == ["your adam", "reference", "SGD, lr 0.03", "torch.optim.Adam"]
    assert legend_of(PATH) == ["your adam", "SGD", "start", "end"]
    assert legend_of(DIFFERENCES) == ["mean, with its interval"]
    bare = [replace(one, low=(), high=()) for one in DIFFERENCES.series]
    assert legend_of(replace(DIFFERENCES, series=tuple(bare))) == ["mean"]


def test_the_student_s_curve_is_the_first_of_every_legend():
    mixed = replace(LOSSES, series=tuple(reversed(LOSSES.series)))
    assert legend_of(mixed) == legend_of(LOSSES)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.kind)
def test_long_texts_stay_within_the_figure_and_its_parts_apart(plot):
    named = tuple(replace(series, label=f"against something long {n}")
                  for n, series in enumerate(plot.series))
    figure = draw(replace(
        plot, title="Rosenbrock's valley, four times: your rule less the other, seed by seed",
        y_label="difference in decades of loss (below 0: yours is better)", series=named))
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    [axes], [legend] = figure.axes, figure.legends
    named = [text for text in axes.findobj(Text)
             if text in {axes.xaxis.label, axes.yaxis.label} or text.get_text()[:4] == "Rose"]
    drawn = [tick.label1 for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_major_ticks()
             if min(axis.get_view_interval()) <= tick.get_loc() <= max(axis.get_view_interval())]
    parts = (*named, *drawn, legend, axes)
    boxes = [part.get_window_extent(canvas.get_renderer()) for part in parts]
    assert len(named) == 3
    width, height = canvas.get_width_height()
    for number, box in enumerate(boxes):
        assert 0 <= box.x0 < box.x1 <= width
        assert 0 <= box.y0 < box.y1 <= height
        assert not any(box.overlaps(other) for other in boxes[number + 1:])


def test_roles_differ_in_colour_in_dash_and_in_marker_and_the_student_s_is_solid():
    styles = [style_of(Series("", role, (), ())) for role in ROLES]
    for parts in zip(*((s.colour, str(s.dash), s.marker) for s in styles), strict=True):
        assert len(set(parts)) == len(ROLES)
    assert styles[0].dash == "-"
    assert tuple(COLOURS) == ROLES


def test_the_student_s_curve_is_below_and_thicker_so_that_one_upon_it_is_seen():
    [axes] = draw(LOSSES).axes
    student, *others = axes.lines
    assert all(student.get_zorder() < line.get_zorder() for line in others)
    assert all(student.get_linewidth() >= 2 * line.get_linewidth() for line in others)


def test_a_band_is_drawn_only_where_there_is_one_in_its_line_s_colour():
    [axes] = draw(LOSSES).axes
    [band] = axes.collections
    assert to_hex(band.get_facecolor()[0]) == COLOURS["student"]
    top = max(y for path in band.get_paths() for _, y in path.vertices)
    assert top == 2 * FALLING[0]


@pytest.mark.parametrize(("plot", "legend", "inside"), [
    (LOSSES, ["your adam, diverged", "SGD"], []),
    (DIFFERENCES, ["mean"], ["diverged on all seeds"]),
    (PATH, ["your adam, diverged", "SGD", "start", "end"], []),
])
def test_what_diverged_everywhere_is_said_in_the_figure(plot, legend, inside):
    series = (Series("your adam", "student", (0.0, 1.0), (None, None)),
              Series("SGD", "sgd", (0.0, 1.0), (1.0, 0.5)))
    shown = replace(plot, series=series)
    [axes] = draw(shown).axes
    assert (legend_of(shown), [text.get_text() for text in axes.texts]) == (legend, inside)


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.kind)
def test_nothing_to_draw_is_an_empty_figure(plot):
    nothing = Series("x", "student", (0.0, 1.0), (None, None), (None, None), (None, None))
    for series in ((), (nothing,), (Series("x", "sgd", (), ()),)):
        shown = replace(plot, series=series)
        [axes] = draw(shown).axes
        drawn = [value for line in axes.lines for value in line.get_ydata()]
        assert not any(np.isfinite(value) and value for value in drawn)
        assert plot.title in svg(shown)


@pytest.mark.parametrize("values", [
    (0.0, 0.0), (1e-320, 1e308), (1e308, 1e308), (0.5, 0.0), (1.0, 1e300), (5e-324, 5e-324),
])
def test_losses_of_any_size_are_drawn(values):
    series = Series("x", "student", (0.0, 1.0), values)
    shown = replace(LOSSES, series=(series,))
    [axes] = draw(shown).axes
    low, high = axes.get_ylim()
    assert [tuple(line.get_ydata()) for line in axes.lines] == [values]
    assert 0 < low < high < np.inf
    assert LOSSES.title in svg(shown)


# --- the logarithmic axis -----------------------------------------------------------------------


def test_the_axis_holds_all_losses_and_bands():
    low, high = log_axis.ends(LOSSES.series)
    assert low < min(FALLING) / 2 < 2 * FALLING[0] < high
    assert low > min(FALLING) / 3
    assert high < 3 * FALLING[0]


def test_a_loss_that_runs_away_does_not_set_the_axis():
    away = Series("away", "sgd", STEPS, (*FALLING[:9], 1e200))
    _, high = log_axis.ends((*LOSSES.series, away))
    assert 1e3 * FALLING[0] < high < 1e4 * FALLING[0]


@pytest.mark.parametrize("low", [1e-12, 0.0103, 0.11, 0.2, 0.9, 7.3, 4e5])
@pytest.mark.parametrize("times", [1.0404, 1.5, 4.0, 30.0, 1e4, 1e20, 1e250])
def test_an_axis_has_three_to_seven_round_numbers(low, times):
    ticks = log_axis.ticks(low, low * times)
    assert 3 <= len(ticks) <= 7
    assert all(low <= tick <= low * times for tick in ticks)
    assert all(len(f"{tick:g}") <= 8 for tick in ticks)
    assert len({f"{tick:g}" for tick in ticks}) == len(ticks)


# --- words --------------------------------------------------------------------------------------


def test_what_a_figure_shows_is_said_in_words():
    assert [words(plot) for plot in PLOTS] == [
        "ravine: loss against iteration. Lines against the iteration, on a logarithmic axis: "
        "your adam goes from 0.25 at 0 to 0.0188 at 90; reference goes from 0.25 at 0 to 0.0188 "
        "at 90; SGD, lr 0.03 goes from 0.25 at 0 to 0.158 at 90; torch.optim.Adam goes from 0.25 "
        "at 0 to 0.0791 at 40, then is not finite.",
        "ravine: your adam less another. Points, one for each seed, about a line at zero: "
        "less SGD: mean -0.167, below zero on 2 of 4 seeds, 1 seed not finite; "
        "less torch.optim.Adam: mean 0, below zero on 0 of 2 seeds.",
        "ravine: over two parameters. Paths over two parameters: "
        "your adam goes from (2, 1) to (0, 0.25); SGD goes from (2, 1) to (1.5, -1).",
    ]


def test_what_is_never_finite_is_said_in_words():
    never = Series("x", "student", (0.0,), (None,))
    clauses = [words(replace(plot, title="T", series=(never,))).rpartition(": ")[2]
               for plot in PLOTS]
    assert clauses == [
        "x is never finite.", "x has no finite difference.", "x is never finite."]


# --- files --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    HOSTILE, "$x^2$", "_hidden", "日本語 β", "a\nb\x00c", "#0072b2", "$" * 3, "x" * 500,
])
def test_any_text_may_be_a_label_and_is_drawn(text):
    for plot in PLOTS:
        named = tuple(replace(series, label=text) for series in plot.series)
        canvas = FigureCanvasAgg(draw(
            replace(plot, series=named, title=text, x_label=text, y_label=text)))
        canvas.draw()
        assert np.asarray(canvas.buffer_rgba())[..., :3].min() < 128


def test_png_files_have_the_pixels_of_150_dpi(tmp_path):
    files = figures.write_png(FIGURED.checks, tmp_path)
    assert [file.name for file in files] == [
        f"adam.convergence.{plot.name}.png" for plot in PLOTS]
    assert {image.imread(file).shape[1] for file in files} == {690}
    assert figures.write_png(PERFECT.checks, tmp_path) == []



def test_plots_are_kept_in_the_store_so_that_a_resumed_run_draws_them(tmp_path):
    with Store(tmp_path / "store.sqlite") as store:
        store.put_result("key", FIGURED)
        assert store.result("key") == FIGURED
    assert msgspec.json.decode(msgspec.json.encode(PLOTS), type=tuple[Plot, ...]) == PLOTS


def test_matplotlib_is_imported_only_where_there_is_something_to_draw(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from cgp_harness.reports import figures, pages\n"
        "from tests.harness.reports.example_reports import BATCH, FIGURED\n"
        "folder = Path(sys.argv[1])\n"
        "pages.write(figures.listed(BATCH), folder)\n"
        "pages.draw(BATCH, folder)\n"
        "assert figures.write_png(BATCH.submissions[0].checks, folder) == []\n"
        "assert not {'matplotlib', 'numpy'} & set(sys.modules)\n"
        "figures.write(FIGURED, folder)\n"
        "assert 'matplotlib' not in sys.modules\n"
        "figures.write_png(FIGURED.checks, folder)\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert not {'matplotlib.pyplot', 'torch'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
