"""Figures: the numbers of a plot and nothing else, in words too, and none of a hidden check."""

import math
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args, get_type_hints
from xml.etree import ElementTree

import matplotlib as mpl
import msgspec
import pytest
from matplotlib import image
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from cgp_harness.errors import MachineError
from cgp_harness.model import Visibility
from cgp_harness.plot import Plot, Series
from cgp_harness.reports import figures, log_axis, outcome, page
from cgp_harness.reports.drawing import KINDS, draw, look
from cgp_harness.reports.figure_text import words
from cgp_harness.reports.strokes import COLOURS, style_of
from cgp_harness.store import Store
from tests.harness.example_reports import (
    BATCH,
    FALLING,
    FIGURED,
    HOSTILE,
    PERFECT,
    PLOTS,
    SECRETIVE,
    STEPS,
)

LOSSES, DIFFERENCES, PATH = PLOTS
SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}"
TAGS = {"svg", "g", "path", "use", "defs", "style", "text", "clipPath", "rect"}
NAMES = [f"figures/mary/adam.convergence.{plot.name}.svg" for plot in PLOTS]
ROLES = get_args(get_type_hints(Series)["role"])


@pytest.fixture(autouse=True)
def in_the_look():
    with look():
        yield


def report(*submissions):
    return replace(BATCH, submissions=submissions)


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


def texts_of(svg):
    return [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


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
        figures.svg(replace(plot, series=series), "x")


@pytest.mark.parametrize("values", [
    (0.0, 0.0), (1e-320, 1e308), (1e308, 1e308), (0.5, 0.0), (1.0, 1e300), (5e-324, 5e-324),
])
def test_losses_of_any_size_are_drawn(values):
    series = Series("x", "student", (0.0, 1.0), values)
    figures.svg(replace(LOSSES, series=(series,)), "x")


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


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.kind)
def test_a_figure_is_well_formed_and_holds_nothing_that_acts_or_is_fetched(plot):
    root = ElementTree.fromstring(figures.svg(plot, "x"))
    elements = list(root.iter())
    assert {element.tag.removeprefix(SVG) for element in elements} <= TAGS
    names = {name for element in elements for name in element.attrib}
    assert not [name for name in names if name.startswith("on")]
    assert "href" not in names
    ids = {element.get("id") for element in elements}
    for element in elements:
        assert element.get(f"{XLINK}href", "#")[0] == "#"
        for target in re.findall(r"url\((.*?)\)", " ".join(element.attrib.values())):
            assert target[1:] in ids
    assert root.get("aria-label") == words(plot)
    assert root.get("role") == "img"


@pytest.mark.parametrize("text", [
    HOSTILE, "$x^2$", "_hidden", "日本語 β", "a\nb\x00c",
    '"><script>', "#0072b2", "$" * 3, "x" * 500,
])
def test_any_text_may_be_a_label_and_is_shown_as_it_is(text):
    for plot in PLOTS:
        named = tuple(replace(series, label=text) for series in plot.series)
        svg = figures.svg(
            replace(plot, series=named, title=text, x_label=text, y_label=text), "x")
        assert "<script" not in svg
        assert "\x1b" not in svg
        assert len(ElementTree.fromstring(svg).get("aria-label")) >= len(text)


def test_texts_stand_in_a_figure_as_texts():
    named = replace(LOSSES.series[0], label="_a $x$ & <b>")
    texts = texts_of(figures.svg(replace(LOSSES, series=(named, *LOSSES.series[1:])), "x"))
    assert {"_a $x$ & <b>", "ravine: loss against iteration", "iteration", "loss"} <= set(texts)
    foreign = replace(LOSSES.series[0], label="é日" * 40)
    assert ("é\\u65e5" * 40)[:39] + "…" in texts_of(
        figures.svg(replace(LOSSES, series=(foreign,)), "x"))


def test_the_same_plot_is_the_same_bytes_whatever_was_drawn_before(tmp_path):
    for folder, before in (("a", ()), ("b", (SECRETIVE, PERFECT))):
        figures.write(report(*before, FIGURED), tmp_path / folder)
    for name in NAMES:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
        assert b"Date" not in (tmp_path / "a" / name).read_bytes()


def test_ids_are_unique_among_the_figures_of_a_page(tmp_path):
    figures.write(report(FIGURED), tmp_path)
    every = [element.get("id") for name in NAMES
             for element in ElementTree.parse(tmp_path / name).iter() if element.get("id")]
    assert len(every) == len(set(every)) > 9


def test_a_report_lists_its_figures_and_they_are_there(tmp_path):
    drawn = figures.write(report(PERFECT, FIGURED, SECRETIVE), tmp_path)
    listed = [[check.figures for check in one.checks] for one in drawn.submissions]
    hidden = tuple(name.replace("mary", "lise") for name in NAMES)
    assert listed == [[(), ()], [(), tuple(NAMES)], [(), hidden]]
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {*NAMES, *hidden}
    undrawn = [replace(one, checks=tuple(replace(c, figures=()) for c in one.checks))
               for one in drawn.submissions]
    assert undrawn == [PERFECT, FIGURED, SECRETIVE]


def test_names_that_are_no_file_names_are_our_bug(tmp_path):
    for name in ("../x", "a/b", ""):
        [loads, check] = FIGURED.checks
        wrong = replace(check, plots=(replace(LOSSES, name=name),))
        with pytest.raises(ValueError, match="is not fit for a file name"):
            figures.write(report(replace(FIGURED, checks=(loads, wrong))), tmp_path)
    with pytest.raises(ValueError, match=r"adam\.convergence names two of its plots alike"):
        figures.write(report(replace(FIGURED, checks=(replace(check, plots=PLOTS * 2),))), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "figures").write_text("")
    with pytest.raises(MachineError, match="a report cannot be written"):
        figures.write(report(FIGURED), tmp_path)


def test_the_reader_s_own_matplotlib_settings_change_nothing_and_are_kept(tmp_path):
    figures.write(report(FIGURED), tmp_path / "a")
    with mpl.rc_context({"lines.linewidth": 9, "svg.hashsalt": "theirs", "font.size": 40}):
        figures.write(report(FIGURED), tmp_path / "b")
        assert mpl.rcParams["svg.hashsalt"] == "theirs"
    assert (tmp_path / "a" / NAMES[0]).read_bytes() == (tmp_path / "b" / NAMES[0]).read_bytes()


def test_png_files_have_the_pixels_of_150_dpi(tmp_path):
    files = figures.write_png(FIGURED.checks, tmp_path)
    assert [file.name for file in files] == [
        f"adam.convergence.{plot.name}.png" for plot in PLOTS]
    assert {image.imread(file).shape[1] for file in files} == {690}
    assert figures.write_png(PERFECT.checks, tmp_path) == []


# --- pages --------------------------------------------------------------------------------------


class Drawings(HTMLParser):
    """What a browser would make of the page's figures: their attributes, and all elements."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def page_of(one, folder):
    drawn = figures.write(report(one), folder)
    page.write(drawn, folder)
    return (folder / "students" / f"{one.id}.html").read_text("utf-8")


def test_a_page_holds_its_figures_with_their_words_and_fetches_nothing(tmp_path):
    html = page_of(FIGURED, tmp_path)
    found = Drawings(html).found
    drawings = [attributes for tag, attributes in found if tag == "svg"]
    assert [one["aria-label"] for one in drawings] == [words(plot) for plot in PLOTS]
    assert {one["role"] for one in drawings} == {"img"}
    assert not {tag for tag, _ in found} & {"script", "img", "object", "iframe", "link", "image"}
    assert all(target.startswith("#") for target in re.findall(r"url\((.*?)\)", html))
    assert [tag for tag, _ in found].count("style") == 1
    assert "<?xml" not in html


def test_a_page_s_figures_take_the_colours_of_its_mode(tmp_path):
    html = page_of(FIGURED, tmp_path)
    _, _, body = html.partition("</style>")
    assert not re.search(r": #[0-9a-f]{6}", body)
    used = set(re.findall(r"var\((--\w+)\)", body))
    assert used == {"--student", "--sgd", "--torch", "--ink", "--paper"}
    light, dark = re.findall(r":root \{(.*?)\}", html, flags=re.S)
    for variable in used:
        assert f"{variable}: #" in light
        assert f"{variable}: #" in dark


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_lines_stand_out_from_the_paper_by_three_to_one(mode):
    """WCAG 2.2, 1.4.11; contrast by its definition of relative luminance."""
    colours = dict(re.findall(
        r"--(\w+): (#[0-9a-f]{6})",
        re.findall(r":root \{(.*?)\}", page.index_page(BATCH), flags=re.S)[mode]))

    def luminance(colour):
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    paper = luminance(colours["paper"])
    for name in ("ink", "student", "sgd", "torch"):
        low, high = sorted((paper, luminance(colours[name])))
        assert (high + 0.05) / (low + 0.05) >= 3


@pytest.mark.parametrize("visibility", [v for v in Visibility if v is not Visibility.VISIBLE])
def test_a_hidden_check_s_figures_stay_off_the_student_s_page(visibility, tmp_path):
    checks = tuple(replace(c, visibility=visibility) if c.plots else c for c in SECRETIVE.checks)
    html = page_of(replace(SECRETIVE, checks=checks), tmp_path)
    assert (tmp_path / NAMES[0].replace("mary", "lise")).is_file()
    for secret in ("<svg", "ravine", "0.0188", "figures/"):
        assert secret not in html
    seen = outcome.for_student(checks[1])
    assert (seen.plots, seen.figures) == ((), ())


def test_a_page_without_its_figure_files_is_a_page():
    listed = tuple(replace(c, figures=("figures/gone.svg",)) for c in FIGURED.checks)
    assert "<svg" not in page.student_page(BATCH, replace(FIGURED, checks=listed))


# --- around them --------------------------------------------------------------------------------


def test_plots_are_kept_in_the_store_so_that_a_resumed_run_draws_them(tmp_path):
    with Store(tmp_path / "store.sqlite") as store:
        store.put_result("key", FIGURED)
        assert store.result("key") == FIGURED
    assert msgspec.json.decode(msgspec.json.encode(PLOTS), type=tuple[Plot, ...]) == PLOTS


def test_matplotlib_is_imported_only_where_there_is_something_to_draw(tmp_path):
    code = (
        "import sys\nfrom pathlib import Path\n"
        "from cgp_harness.reports import figures, page\n"
        "from tests.harness.example_reports import BATCH, FIGURED\n"
        "folder = Path(sys.argv[1])\n"
        "page.write(figures.write(BATCH, folder), folder)\n"
        "assert figures.write_png(BATCH.submissions[0].checks, folder) == []\n"
        "assert not {'matplotlib', 'numpy'} & set(sys.modules)\n"
        "figures.write_png(FIGURED.checks, folder)\n"
        "assert 'matplotlib' in sys.modules\n"
        "assert not {'matplotlib.pyplot', 'torch'} & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True)
