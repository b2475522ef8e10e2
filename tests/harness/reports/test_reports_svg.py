"""Figures as SVG: the numbers of a plot and nothing else, small, and none of a hidden check."""

import math
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise
from typing import get_args, get_type_hints
from xml.etree import ElementTree

import pytest

from cgp_harness.errors import MachineError
from cgp_harness.model import Visibility
from cgp_harness.model.plot import Plot, Series
from cgp_harness.reports import figures, outcome, pages
from cgp_harness.reports.figures import canvas
from cgp_harness.reports.figures.kinds import KINDS, differences, losses, path
from cgp_harness.reports.figures.lines import FAR, UNSEEN, data, thinned
from cgp_harness.reports.figures.svg import ROLES, as_file, css, svg
from cgp_harness.reports.figures.words import words
from cgp_harness.reports.pages import course, student
from tests.harness.reports.example_reports import (
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
NAMES = [f"figures/mary/adam.convergence.{plot.name}.svg" for plot in PLOTS]


def tree(plot):
    return ElementTree.fromstring(as_file(svg(plot)))


def texts_of(plot):
    return [text.text for text in tree(plot).iter(f"{SVG}text")]


def report(*submissions):
    return replace(BATCH, submissions=submissions)


def ends(path_data):
    """Where each part of a path begins, in whole numbers."""
    return [tuple(map(int, found)) for found in re.findall(r"M(-?\d+) (-?\d+)", path_data)]


def of_class(made, name):
    return [re.search(r'd="([^"]*)"', one)[1] for one in made.inside if f'class="{name}"' in one]


# --- what is drawn ------------------------------------------------------------------------------


def test_every_kind_of_plot_and_every_role_is_drawn():
    assert get_args(get_type_hints(Plot)["kind"]) == tuple(KINDS)
    assert get_args(get_type_hints(Series)["role"]) == ROLES
    assert set(ROLES) < set(canvas.MARKS)
    assert len(set(canvas.MARKS.values())) == len(canvas.MARKS)


def test_losses_have_their_places_on_a_logarithmic_axis():
    made = losses(LOSSES, LOSSES.series)
    assert [made.x(x) for x in (0, 45, 90)] == [0, canvas.WIDTH / 2, canvas.WIDTH]
    one, two, three = (made.y(0.25 * 10**-k) for k in range(3))
    assert two - one == pytest.approx(three - two)
    [line] = of_class(made, "l student")
    assert ends(line) == [(0, round(made.y(0.25)))]
    [band] = of_class(made, "b student")
    assert ends(band) == [(0, round(made.y(0.125)))]
    assert band.endswith("z")
    broken = replace(LOSSES.series[0], y=(1.0, 0.5, None, 0.25, None, None, *FALLING[:4]))
    [gaps] = of_class(losses(LOSSES, [broken]), "l student")
    assert len(ends(gaps)) == 3


def test_a_path_begins_at_a_ring_and_ends_at_a_cross_on_lines_of_equal_loss():
    made = path(PATH, PATH.series)
    assert [round(made.x(one)) for one in (-0.4, 2.4)] == [0, canvas.WIDTH]
    assert [round(made.y(one)) for one in (-1.4, 1.4)] == [canvas.HEIGHT, 0]
    assert [ends(one) for one in of_class(made, "k start ink")] == [
        [(round(made.x(2)), round(made.y(1)))]] * 2
    # Its last number that is finite.
    assert [ends(one)[0] for one in of_class(made, "k end sgd")] == [
        (round(made.x(1.5)), round(made.y(-1)))]
    assert sum("k end" in one for one in made.inside) == 2
    [contours] = of_class(made, "c")
    assert len(ends(contours)) >= 11
    flat = replace(PATH, surface=replace(PATH.surface, z=((1.0,) * 3,) * 3))
    assert of_class(path(flat, flat.series), "c") == []
    bare = replace(PATH, surface=None)
    assert of_class(path(bare, bare.series), "c") == []


def test_differences_are_a_point_for_each_finite_seed_about_zero():
    made = differences(DIFFERENCES, DIFFERENCES.series)
    assert of_class(made, "zero") == [f"M0 {made.y(0):.0f}h{canvas.WIDTH}"]
    [points] = of_class(made, "d sgd")
    assert [y for _, y in ends(points)] == [round(made.y(y)) for y in (-0.5, -0.25, 0.25)]
    assert len(of_class(made, "k torch ink")) == 2      # two means, one of them with an interval
    assert len(of_class(made, "i")) == 1


@pytest.mark.parametrize(("plot", "legend"), [
    (LOSSES, ["your adam", "reference", "SGD, lr 0.03", "torch.optim.Adam"]),
    (PATH, ["your adam", "SGD", "start", "end"]),
    (DIFFERENCES, ["mean, with its interval"]),
])
def test_a_legend_names_every_series_and_every_mark_the_student_s_first(plot, legend):
    turned = replace(plot, series=plot.series[::-1]) if plot is not DIFFERENCES else plot
    assert texts_of(turned)[-len(legend):] == legend
    never = replace(plot, series=(Series("yours", "student", (0.0, 1.0), (None, None)),))
    assert any("diverged" in text for text in texts_of(never))


# --- lines --------------------------------------------------------------------------------------


def test_a_line_without_its_points_in_between_is_the_same_to_the_eye():
    wave = [(float(x), 300 * math.sin(x / 150) + 0.002 * x * x) for x in range(0, 2000, 7)]
    kept = thinned(wave)
    assert kept[0] == wave[0]
    assert kept[-1] == wave[-1]
    assert len(kept) < len(wave) / 2
    for x, y in wave:
        (x0, y0), (x1, y1) = next(
            (a, b) for a, b in pairwise(kept) if a[0] <= x <= b[0])
        off = abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) / math.hypot(x1 - x0, y1 - y0)
        assert off <= UNSEEN


def test_a_way_there_and_back_is_not_a_point():
    assert thinned([(0, 0), (100, 0), (200, 0), (100, 0), (0, 0)]) == [(0, 0), (200, 0), (0, 0)]


def test_what_is_far_outside_is_somewhere_outside():
    assert data([(0, 0), (1, 1e300)]) == f"M0 0l1 {FAR}"
    assert data([]) == ""
    assert data([(3.2, 4.7)]) == "M3 5h0"


# --- the element --------------------------------------------------------------------------------


@pytest.mark.parametrize("plot", PLOTS, ids=lambda plot: plot.kind)
def test_a_figure_is_well_formed_small_and_holds_nothing_that_acts_or_is_fetched(plot):
    root = tree(plot)
    elements = list(root.iter())
    assert {one.tag.removeprefix(SVG) for one in elements} == {"svg", "style", "path", "text"}
    names = {name for one in elements for name in one.attrib}
    assert names <= {"class", "role", "aria-label", "viewBox", "x", "y", "width", "height", "d",
                     "transform"}
    assert "url(" not in css()
    assert root.get("aria-label") == words(plot)
    assert root.get("role") == "img"
    assert len(svg(plot)) < 10_000
    assert svg(plot) == svg(plot)


@pytest.mark.parametrize("text", [
    HOSTILE, "$x^2$", "_hidden", "日本語 β", "a\nb\x00c", '"><script>', "]]>", "x" * 500, "'",
])
def test_any_text_may_be_a_label_and_is_shown_as_it_is(text):
    for plot in PLOTS:
        named = tuple(replace(series, label=text) for series in plot.series)
        hostile = replace(plot, series=named, title=text, x_label=text, y_label=text)
        assert "<script" not in svg(hostile)
        assert "\x1b" not in svg(hostile)
        assert len(tree(hostile).get("aria-label")) >= len(text)
        assert all(len(found) <= 64 for found in texts_of(hostile))


# --- files and pages ----------------------------------------------------------------------------


def test_a_report_lists_its_figures_and_they_are_there(tmp_path):
    drawn = figures.listed(report(PERFECT, FIGURED, SECRETIVE))
    hidden = tuple(name.replace("mary", "lise") for name in NAMES)
    assert [[check.figures for check in one.checks] for one in drawn.submissions] == [
        [(), ()], [(), tuple(NAMES)], [(), hidden]]
    for one in drawn.submissions:
        figures.write(one, tmp_path)
    files = {str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()}
    assert files == {*NAMES, *hidden}


def test_names_that_are_no_file_names_are_our_bug(tmp_path):
    [loads, check] = FIGURED.checks
    for name in ("../x", "a/b", ""):
        wrong = replace(check, plots=(replace(LOSSES, name=name),))
        with pytest.raises(ValueError, match="is not fit for a file name"):
            figures.write(replace(FIGURED, checks=(loads, wrong)), tmp_path)
    with pytest.raises(ValueError, match="alike") as caught:
        figures.listed(report(replace(FIGURED, checks=(replace(check, plots=PLOTS * 2),))))
    assert str(caught.value) == (
        "adam.convergence names two of its plots alike: adam.convergence.ravine, "
        "adam.convergence.ravine_differences, adam.convergence.ravine_path, "
        "adam.convergence.ravine, adam.convergence.ravine_differences, "
        "adam.convergence.ravine_path")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_cannot_be_written_is_explained(tmp_path):
    (tmp_path / "figures").write_text("")
    with pytest.raises(MachineError, match="a report cannot be written"):
        figures.write(FIGURED, tmp_path)


class Drawings(HTMLParser):
    """What a browser would make of the page's figures: their attributes, and all elements."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def page_of(one, folder):
    listed = figures.listed(report(one))
    pages.write(listed, folder)
    pages.draw(listed, folder)
    return (folder / "students" / f"{one.id}.html").read_text("utf-8")


def test_a_page_holds_its_figures_with_their_words(tmp_path):
    html = page_of(FIGURED, tmp_path)
    drawings = [attributes for tag, attributes in Drawings(html).found
                if tag == "svg" and attributes.get("class") == "plot"]
    assert [one["aria-label"] for one in drawings] == [words(plot) for plot in PLOTS]
    assert "url(" not in html


def test_figures_take_the_colours_of_the_page_s_mode(tmp_path):
    _, _, body = page_of(FIGURED, tmp_path).partition("</style>")
    assert not re.search(r"#[0-9a-f]{6}", body.partition("<script>")[0])
    used = set(re.findall(r"var\((--\w+)", css()))
    assert used == {"--student", "--sgd", "--torch", "--ink", "--paper", "--line", "--c"}
    light, dark, printed = re.findall(r":root \{(.*?)\}", course.page(BATCH), flags=re.S)
    for variable in used - {"--c"}:
        for mode in (light, dark, printed):
            assert f"{variable}: #" in mode


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_lines_stand_out_from_the_paper_by_three_to_one(mode):
    """WCAG 2.2, 1.4.11; contrast by its definition of relative luminance."""
    colours = dict(re.findall(
        r"--(\w+): (#[0-9a-f]{6})",
        re.findall(r":root \{(.*?)\}", course.page(BATCH), flags=re.S)[mode]))

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
    for secret in ('class="plot"', "ravine", "0.0188", "figures/"):
        assert secret not in html
    seen = outcome.for_student(checks[1])
    assert (seen.plots, seen.figures) == ((), ())


def test_a_page_whose_figures_are_not_drawn_yet_is_a_page():
    [listed] = figures.listed(report(FIGURED)).submissions
    assert 'class="plot"' not in student.page(BATCH, listed, {}, "out")


def test_losses_of_other_steps_are_drawn_to_the_ends_of_the_axis():
    short = Series("short", "sgd", STEPS[:5], FALLING[:5])
    made = losses(LOSSES, [LOSSES.series[0], short])
    assert made.x(STEPS[-1]) == canvas.WIDTH
