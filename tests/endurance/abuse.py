"""What a candidate may do instead of solving its exercise, from harmless to hostile."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import torch

from course_utils.judge.tasks import Exercise
from course_utils.judge.values import snapshot

Body = Callable[..., Any]  # body(reference, *arguments) does what the candidate does


def arrays_in(value: Any) -> Iterator[Any]:
    """The arrays and tensors inside a value."""
    if isinstance(value, np.ndarray | torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from arrays_in(list(value.values()))
    elif isinstance(value, list | tuple):
        for part in value:
            yield from arrays_in(part)


def changed(value: Any, change: Callable[[Any], Any]) -> Any:
    """A value with every array, tensor and number in it changed; None where there is none."""
    if isinstance(value, dict):
        return {name: changed(part, change) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(changed(part, change) for part in value)
    if isinstance(value, np.ndarray | torch.Tensor | float | int | np.generic):
        return change(value)
    return None


def _of_result(change: Callable[[Any], Any]) -> Body:
    """Calls the reference, and changes every number of what it returns."""
    return lambda reference, *arguments: changed(reference(*arguments), change)


def _returns(make: Callable[[], Any]) -> Body:
    return lambda reference, *arguments: make()


def _raises(error: Callable[[], BaseException]) -> Body:
    def body(reference, *arguments):
        raise error()

    return body


def _full(value: float) -> Callable[[Any], Any]:
    def change(number):
        if isinstance(number, torch.Tensor):
            return torch.full(number.shape, value, dtype=torch.float64)
        return np.full(number.shape, value) if isinstance(number, np.ndarray) else value

    return change


def _one_axis_more(number):
    return number[None] if isinstance(number, np.ndarray | torch.Tensor) else np.array([[number]])


def _half_precision(number):
    if isinstance(number, torch.Tensor):
        return (number.double() + 1).to(torch.float8_e4m3fn)
    return (np.asarray(number) + 1).astype(np.float16)


def _as_text(number):
    return np.asarray(number.tolist() if hasattr(number, "tolist") else number).astype(str)


def _as_objects(number):
    plain = number.tolist() if hasattr(number, "tolist") else number
    return np.array([{"value": plain}], dtype=object)


def _input(reference, *arguments):
    return arguments[0] if arguments else None


def _view(reference, *arguments):
    first = next(arrays_in(arguments), None)
    return first if first is None else first[..., None].swapaxes(-1, 0)


def overwrite(value: Any) -> bool:
    """Write another number into every array, list and dict of numbers; whether there was one."""
    written = False
    for array in arrays_in(value):
        with torch.no_grad():
            array[...] = 7 - 6 * (array == 7)
        written = True
    if isinstance(value, list):
        for position, part in enumerate(value):
            if isinstance(part, float | int):
                value[position] = written = 7 + (part == 7)
    if isinstance(value, list | tuple | dict):
        parts = value.values() if isinstance(value, dict) else value
        written = any([overwrite(part) for part in parts if isinstance(part, list | dict)]) \
            or bool(written)
    return written


def _changes_inputs(reference, *arguments):
    result = snapshot(reference(*arguments))
    overwrite(arguments)
    return result


def _empties_inputs(reference, *arguments):
    for value in arguments:
        if isinstance(value, list | dict):
            value.clear()


def _recurses(reference, *arguments):
    return _recurses(reference, *arguments)


def _loops(reference, *arguments):
    while True:
        pass


def _loops_and_swallows(reference, *arguments):
    while True:
        try:
            while True:
                pass
        except BaseException:
            continue


def _allocates(reference, *arguments):
    kept = []
    while True:
        kept.append(np.ones(1_000_000))


def _grows_a_list(reference, *arguments):
    kept = [0] * 1000
    while True:
        kept = kept + kept


def _prints(reference, *arguments):
    while True:
        print("again and again")


def _writes_errors(reference, *arguments):
    while True:
        sys.stderr.write("again and again\n")


class _Spiteful:
    """Every question is answered with an error."""

    def _refuse(self, *arguments, **options):
        raise ValueError("ask somebody else")

    __eq__ = __ne__ = __len__ = __iter__ = __array__ = __float__ = __repr__ = __str__ = _refuse
    __getattr__ = __getitem__ = __bool__ = __call__ = __deepcopy__ = __add__ = _refuse
    __hash__ = None


def _circle():
    first, second = [], []
    first.append(second)
    second.append(first)
    return first


def _deep():
    value: Any = 1.0
    for _ in range(10_000):
        value = [value]
    return value


RETURNED: dict[str, Body] = {
    "None": _returns(lambda: None),
    "a text": _returns(lambda: "text"),
    "markup": _returns(lambda: "<script>alert(1)</script>"),
    "a set": _returns(lambda: {1, 2}),
    "a function": _returns(lambda: len),
    "itself in a list": _returns(_circle),
    "a deep list": _returns(_deep),
    "a spiteful object": _returns(_Spiteful),
    "a spiteful list": _returns(lambda: [_Spiteful()]),
    "an empty tuple": _returns(tuple),
    "many numbers": _returns(lambda: list(range(1_000_000))),
    "a huge whole number": _returns(lambda: 10**5000),
    "a sparse tensor": _returns(lambda: torch.eye(3).to_sparse()),
    "a tensor without data": _returns(lambda: torch.empty(3, device="meta")),
    "a tensor with a history": _of_result(
        lambda number: (torch.as_tensor(number) + 1.0).requires_grad_()),
    "an axis more": _of_result(_one_axis_more),
    "a small dtype": _of_result(_half_precision),
    "numbers as text": _of_result(_as_text),
    "objects": _of_result(_as_objects),
    "complex numbers": _of_result(lambda number: number * 1j + 1j),
    "NaN": _of_result(_full(math.nan)),
    "infinity": _of_result(_full(math.inf)),
    "minus infinity": _of_result(_full(-math.inf)),
    "its input": _input,
    "a view of its input": _view,
}
DONE: dict[str, Body] = {
    "changes its inputs": _changes_inputs,
    "empties its inputs": _empties_inputs,
    "ValueError": _raises(lambda: ValueError("<b>no</b>")),
    "an error of many lines": _raises(lambda: ValueError("no\n" * 10_000)),
    "an error without words": _raises(_SpitefulError := type(
        "SpitefulError", (Exception,), {"__str__": _Spiteful._refuse})),
    "KeyboardInterrupt": _raises(KeyboardInterrupt),
    "SystemExit": _raises(lambda: SystemExit(3)),
    "GeneratorExit": _raises(GeneratorExit),
    "StopIteration": _raises(StopIteration),
    "MemoryError": _raises(MemoryError),
    "recursion without end": _recurses,
}
ENDLESS: dict[str, Body] = {
    "a loop": _loops,
    "a loop that swallows errors": _loops_and_swallows,
    "memory": _allocates,
    "a list that doubles": _grows_a_list,
    "printing": _prints,
    "printing to stderr": _writes_errors,
}


def candidate_for(exercise: Exercise, body: Body) -> Any:
    """A candidate of the kind that an exercise wants (function or class) with this behaviour."""
    reference = exercise.reference
    if isinstance(reference, type):
        def build(cls, *arguments, **options):
            return body(partial(reference, **options), *arguments)

        return type("Candidate", (), {"__new__": build})
    return lambda *arguments, **options: body(partial(reference, **options), *arguments)


class _Class:
    def __init__(self, *arguments):
        self.arguments = arguments


def _generator(*arguments):
    yield arguments


async def _coroutine(*arguments):
    return arguments


def _another_argument(*arguments, one_more):
    return None


def _no_arguments():
    return None


OTHER_KINDS: dict[str, Any] = {
    "None": None, "a number": 42, "a text": "text", "an array": np.ones(3), "a module": math,
    "a class": _Class, "an instance": _Class(), "a lambda": lambda *arguments: None,
    "a generator": _generator, "a generator object": _generator(), "a coroutine": _coroutine,
    "another argument": _another_argument, "no arguments": _no_arguments, "a built-in": len,
    "a spiteful object": _Spiteful(), "itself in a list": _circle(), "a type": int,
    "a bound method": [].append, "a deep list": _deep(),
}
