"""The lecture's data and batches: its own streams, number by number, from explicit seeds."""

import os
import random
import subprocess
import sys

import numpy as np
import pytest

from cgp_reference.data import DataError, Samples, bivariate, choices, dag_inputs, two_gaussians
from cgp_reference.data.batches import AllSamples, Batches
from cgp_reference.data.choices import ClassThenSample

SAMPLES = two_gaussians(dimensions=4, size=200, seed=7)


def lecture_gaussians(dimensions, size, stream):
    """The generator as the lecture states it: one sample of each class in turn."""
    classes = ([], [])
    for _ in range(size // 2):
        first, second = (stream.standard_normal(dimensions) for _ in range(2))
        classes[0].append(first + 2.0)
        classes[1].append(second * 2 + 4.0)
    return np.array(classes[0]), np.array(classes[1])


def lecture_batch(classes, size, stream):
    """The batch as the lecture states it: a coin, a choice, division by the maximum from 0."""
    samples, labels, largest = [], [], 0.0
    for _ in range(size):
        label = stream.choice([0, 1])
        samples.append(stream.choice(classes[label]))
        labels.append(label)
        largest = max(largest, np.max(samples[-1]))
    return np.array([sample / largest for sample in samples]), np.array(labels)


@pytest.mark.parametrize("dimensions", [1, 3, 4])
def test_two_gaussians_are_the_lectures_draws_after_its_seed(dimensions):
    classes = lecture_gaussians(dimensions, 11, np.random.RandomState(100))
    samples = two_gaussians(dimensions, size=11, seed=100)
    assert samples.values.shape == (dimensions, 10)
    for label in (0, 1):
        assert np.array_equal(samples.of_class(label), classes[label])


def test_two_gaussians_have_the_moments_that_the_lecture_gives():
    samples = two_gaussians(dimensions=2, size=40_000, seed=0)
    for label, mean, deviation in ((0, 2.0, 1.0), (1, 4.0, 2.0)):
        values = samples.of_class(label)
        # 4 standard errors of 20,000 draws: 0.028 deviations of the mean, 0.02 of the deviation
        assert values.mean(axis=0) == pytest.approx(mean, abs=0.03 * deviation)
        assert values.std(axis=0) == pytest.approx(deviation, abs=0.02 * deviation)


def test_lecture_stream_is_pythons_own_from_where_it_stands():
    ours, theirs = random.Random(5), random.Random(5)
    assert [ours.uniform(0, 1) for _ in range(13)] == [theirs.uniform(0, 1) for _ in range(13)]
    batches = Batches(SAMPLES, size=8, stream="lecture")
    classes = [list(SAMPLES.of_class(label)) for label in (0, 1)]
    iteration = 0
    for block in batches.blocks_from(batches.lecture_draw([ours]), iterations=150):
        for i, labels in enumerate(block.labels):
            values, expected = lecture_batch(classes, 8, theirs)
            assert np.array_equal(block.inputs[:, i, :, 0].T, values)
            assert np.array_equal(labels[:, 0], expected)
            iteration += 1
    assert iteration == 150


@pytest.mark.parametrize("counts", [[2500, 2500], [3, 1], [1, 1, 7], [4096, 5], [1]])
@pytest.mark.parametrize("seed", range(4))
def test_two_choices_are_those_of_pythons_random(counts, seed):
    theirs = random.Random(seed)
    theirs.gauss(0, 1)                  # leaves a second normal behind, which is no word
    before = theirs.getstate()
    drawn = ClassThenSample(theirs, counts)
    assert theirs.getstate() == before
    for count in (0, 1, 700, 3, 2000):
        expected = []
        for _ in range(count):
            label = theirs.choice(range(len(counts)))
            expected.append(sum(counts[:label]) + theirs.choice(range(counts[label])))
        assert drawn.places(count).tolist() == expected


def test_where_words_do_not_suffice_more_are_taken(monkeypatch):
    monkeypatch.setattr(choices, "_MORE", 1)
    few = ClassThenSample(random.Random(3), [5, 5])
    few._expected = 0.0
    assert few.places(40).tolist() == ClassThenSample(random.Random(3), [5, 5]).places(40).tolist()


@pytest.mark.parametrize("stream", ["lecture", "raw"])
def test_a_seed_among_others_gets_the_batches_that_it_gets_alone(stream):
    batches = Batches(SAMPLES, size=3, stream=stream)
    together = joined(batches, [4, 9, 4], 400)
    for column, seed in enumerate([4, 9, 4]):
        alone = joined(batches, [seed], 400)
        for ours, theirs in zip(together, alone, strict=True):
            assert np.array_equal(ours[..., column], theirs[..., 0])


@pytest.mark.parametrize("stream", ["lecture", "raw"])
def test_first_batches_do_not_depend_on_how_many_follow(stream):
    batches = Batches(SAMPLES, size=8, stream=stream)
    for long, short in zip(joined(batches, [1, 2], 300), joined(batches, [1, 2], 70), strict=True):
        assert np.array_equal(long[..., :70, :, :], short)


@pytest.mark.parametrize("stream", ["lecture", "raw"])
def test_every_sample_is_as_likely_as_every_other(stream):
    # The values are their own places; the one batch of a block is as large as the whole draw.
    places = Samples(np.arange(1.0, 11.0)[None], np.repeat([0.0, 1.0], 5))
    [block] = Batches(places, size=50_000, stream=stream).blocks([0], 1)
    found = np.rint(block.inputs[0, 0, :, 0] * 10).astype(int)
    counts = np.bincount(found, minlength=11)[1:]
    # chi-square of 10 places, 9 degrees of freedom: above 27.9 in 1 of 1,000 streams
    assert np.sum((counts - 5000) ** 2 / 5000) < 27.9
    assert np.array_equal(block.labels[0, :, 0], found > 5)


def test_batches_are_divided_by_their_own_largest_value():
    inputs, _ = joined(Batches(SAMPLES, size=8), [0, 1, 2], 50)
    assert np.array_equal(inputs.max(axis=(0, 2)), np.ones((50, 3)))


def test_batch_without_a_positive_value_stays_as_it_is():
    negative = Samples(np.array([[-1.0, -2.0]]), np.array([0.0, 1.0]))
    inputs, labels = joined(Batches(negative, size=2), [3], 30)
    assert np.array_equal(inputs[0], -1.0 - labels)
    [block] = AllSamples(negative).blocks([3], 1)
    assert block.inputs[0, 0, :, 0].tolist() == [-1.0, -2.0]


def test_order_of_the_samples_between_classes_makes_no_difference():
    mixed = Samples(SAMPLES.values[:, ::-1], SAMPLES.labels[::-1])
    sorted_again = Samples(np.hstack([mixed.of_class(label).T for label in (0, 1)]), SAMPLES.labels)
    for ours, theirs in zip(
        joined(Batches(mixed), [0], 20), joined(Batches(sorted_again), [0], 20), strict=True
    ):
        assert np.array_equal(ours, theirs)


def test_all_samples_are_one_batch_scaled_like_any_other():
    source = AllSamples(SAMPLES)
    [block] = source.blocks(range(3), 5)
    assert source.size == 200
    assert block.inputs.shape == (4, 5, 200, 3)
    assert np.array_equal(block.inputs[:, 4, :, 2], SAMPLES.values / SAMPLES.values.max())
    assert np.array_equal(block.labels[4, :, 2], SAMPLES.labels)


def test_banks_of_more_than_65536_samples_are_drawn_from_to_their_end():
    count = 140_000
    wide = Samples(np.linspace(1, 2, count)[None], np.repeat([0.0, 1.0], count // 2))
    _, labels = joined(Batches(wide, size=64), [0], 10)
    assert labels.mean() == pytest.approx(0.5, abs=0.08)      # 4 standard errors of 640 coins


def test_bivariate_set_is_the_lectures_shuffle_of_two_clouds():
    numbers, stream = np.random.RandomState(6), random.Random(6)
    clouds = [(point, label) for mean, label in ((3.0, 1), (5.0, 2))
              for point in numbers.multivariate_normal([mean, mean], np.eye(2), 50)]
    stream.shuffle(clouds)
    samples = bivariate(size_per_class=50, seed=6)
    # LAPACK may give the unit covariance other axes: compared to rounding, not to the bit
    np.testing.assert_allclose(samples.values.T, [point for point, _ in clouds], atol=1e-12)
    assert samples.labels.tolist() == [label for _, label in clouds]


def test_dag_inputs_are_pythons_uniform_draws_sample_by_sample():
    stream = random.Random(3)
    expected = [[stream.uniform(-1, 1) for _ in range(2)] for _ in range(5)]
    assert dag_inputs(variables=2, size=5, seed=3).T.tolist() == expected


def test_global_generators_are_neither_read_nor_moved():
    before = random.getstate(), np.random.get_state(legacy=False)
    first = joined(Batches(two_gaussians(4, 40, 0), stream="lecture"), [0], 3)
    random.seed(99)
    np.random.seed(99)
    second = joined(Batches(two_gaussians(4, 40, 0), stream="lecture"), [0], 3)
    random.setstate(before[0])
    np.random.set_state(before[1])
    joined(Batches(SAMPLES), [0], 3)
    bivariate(5, 0)
    dag_inputs(1, 5, 0)
    after = random.getstate(), np.random.get_state(legacy=False)
    assert np.array_equal(first[0], second[0])
    assert before[0] == after[0]
    np.testing.assert_equal(before[1], after[1])


SHOW = """
from cgp_reference.data.batches import Batches
from cgp_reference.data import bivariate, two_gaussians
samples = two_gaussians(4, 100, 1)
for stream in ("lecture", "raw"):
    [block] = Batches(samples, stream=stream).blocks([2, 3], 4)
    print(block.inputs.tobytes().hex(), block.labels.tolist())
print(bivariate(4, 5))
"""


def test_same_numbers_whatever_the_hash_seed():
    outputs = {
        subprocess.run([sys.executable, "-c", SHOW], capture_output=True, check=True,
                       env={**os.environ, "PYTHONHASHSEED": seed}).stdout
        for seed in ("0", "4711")
    }
    assert len(outputs) == 1


def test_streams_stay_what_they_are():
    # numpy and Python promise these streams (NEP 19; random.Random); a change would move every
    # published number.
    assert Batches(SAMPLES).raw_draw([0])(8)[:, 0].tolist() == [177, 111, 160, 191, 11, 47, 157, 0]
    assert two_gaussians(1, 2, 0).values.tolist() == [[3.764052345967664, 4.800314416734446]]


@pytest.mark.parametrize(("make", "message"), [
    (lambda: two_gaussians(0, 10, 0), (
        "no data of 0 dimensions and 10 samples can be drawn\n"
        "  expected at least 1 dimension and 2 samples, one of each class")),
    (lambda: joined(Batches(Samples(np.ones((1, 5)), np.array([0.0, 1, 1, 1, 0]))), [0], 1), (
        "classes of 2 and 3 samples\n"
        '  expected classes of one size for stream="raw"\n'
        '  fix: use stream="lecture"')),
])
def test_what_cannot_be_drawn_is_refused(make, message):
    with pytest.raises(DataError) as refused:
        make()
    assert str(refused.value) == message


def joined(batches, seeds, iterations):
    """Inputs `(features, T, batch, S)` and labels `(T, batch, S)` of all blocks."""
    blocks = list(batches.blocks(seeds, iterations))
    return (np.concatenate([block.inputs for block in blocks], axis=1),
            np.concatenate([block.labels for block in blocks]))
