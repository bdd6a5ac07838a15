"""The engine's comparisons, over shapes, dtypes and values that nobody thought of."""

import copy

import numpy as np
import pytest
import torch

pytest.importorskip("hypothesis", reason="hypothesis is missing: pip install -e '.[dev]'")
from hypothesis import assume, given, settings  # noqa: E402
from hypothesis import strategies as st  # noqa: E402
from hypothesis.extra import numpy as arrays_of  # noqa: E402

from course_utils.judge.compare import common_factor, difference  # noqa: E402
from course_utils.judge.stubs import contains_blank  # noqa: E402
from course_utils.judge.tasks import Tolerance  # noqa: E402
from course_utils.judge.values import kind_of, printed  # noqa: E402

EXACT = Tolerance()
many = settings(max_examples=50, deadline=None, derandomize=True)

shapes = arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5)
dtypes = st.sampled_from([np.float64, np.float32, np.int64, np.int32, np.bool_, np.complex128])
any_arrays = dtypes.flatmap(lambda dtype: arrays_of.arrays(dtype, shapes))
ordinary = st.floats(-1e6, 1e6).filter(lambda value: value == 0 or abs(value) > 1e-3)
float_arrays = arrays_of.arrays(np.float64, shapes.filter(lambda shape: 0 not in shape),
                                elements=ordinary)
matrices = arrays_of.arrays(np.float64, arrays_of.array_shapes(min_dims=2, max_dims=2),
                            elements=ordinary)
leaves = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(),
                   st.text(max_size=5), st.binary(max_size=3), any_arrays,
                   any_arrays.map(torch.as_tensor))
values = st.recursive(leaves, lambda inner: st.one_of(
    st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple),
    st.dictionaries(st.text(max_size=3), inner, max_size=3)), max_leaves=8)


def compared(expected, found):
    """What is said of the difference; "" where there is none."""
    differs = difference(expected, found, EXACT)
    return differs.sentence if differs else ""


@many
@given(values)
def test_a_value_equals_its_copy(value):
    assert compared(value, copy.deepcopy(value)) == ""


@many
@given(values, values)
def test_any_two_values_can_be_compared_and_printed(one, other):
    sentence = compared(one, other)
    assert isinstance(sentence, str) and "\n" not in sentence
    assert len(printed(other)) <= 300 and kind_of(other)
    assert contains_blank(other) is False
    assert isinstance(common_factor([one], [other], EXACT), str)


@many
@given(float_arrays, st.data())
def test_one_wrong_entry_is_seen_and_one_within_the_tolerance_is_not(array, data):
    position = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    wrong, close = array.copy(), array.copy()
    wrong[position] += 1e-5 + 1e-4 * abs(array[position])
    close[position] += 1e-7 * abs(array[position])
    assert compared(array, wrong)
    assert compared(array, close) == ""
    assert compared(torch.from_numpy(array), torch.from_numpy(wrong))


@many
@given(float_arrays, st.sampled_from([np.nan, np.inf, -np.inf]), st.data())
def test_nan_and_infinity_are_named_with_their_place(array, odd, data):
    position = tuple(data.draw(st.integers(0, side - 1)) for side in array.shape)
    broken = array.copy()
    broken[position] = odd
    sentence = compared(array, broken)
    assert sentence.startswith("it gives NaN" if np.isnan(odd) else "it gives infinity")
    assert array.ndim == 0 or f"`{list(position)}`" in sentence


@many
@given(float_arrays)
def test_another_shape_is_named(array):
    assume(array.ndim)
    assert f"its shape is `{array[None].shape}`" in compared(array, array[None])
    assert "shape" in compared(array, array.ravel()) or array.ndim == 1


@many
@given(matrices)
def test_a_transposed_matrix_is_called_transposed(matrix):
    assume(not np.allclose(matrix, matrix.T) if matrix.shape[0] == matrix.shape[1] else True)
    assert "transposed" in compared(matrix, matrix.T)


@many
@given(float_arrays)
def test_lost_precision_is_named(array):
    assume(array.ndim)
    assert "dtype is `float32`, expected `float64`" in compared(array, array.astype(np.float32))
    assert compared(array, torch.from_numpy(array)).startswith("it returned a tensor")


@many
@given(st.lists(float_arrays, min_size=1, max_size=3), st.floats(-50, 50))
def test_a_common_factor_is_found(arrays, factor):
    everything = np.concatenate([array.ravel() for array in arrays])
    assume(np.count_nonzero(everything) >= 3 and min(abs(factor), abs(factor - 1)) > 0.01)
    sentence = common_factor(arrays, [factor * array for array in arrays], EXACT)
    assert "times the expected one" in sentence or "sign is wrong everywhere" in sentence


@many
@given(st.lists(values, min_size=1, max_size=4), st.data())
def test_the_wrong_part_of_a_tuple_is_counted_from_one(parts, data):
    position = data.draw(st.integers(0, len(parts) - 1))
    found = list(parts)
    found[position] = object()
    assert compared(tuple(parts), tuple(found)).startswith(f"value number {position + 1}: ")
    assert "values, expected" in compared(tuple(parts), tuple(parts[:-1]))
