"""The checks in front of a sweep: each wrong input gets one sentence that helps."""

from collections.abc import Sequence

from torch import Tensor

from course_utils.checks import check_count
from course_utils.sweeps.losses import LOSSES
from course_utils.sweeps.runs import Run

Pair = tuple[Tensor, Tensor]


def check_sweep(
    sizes: Sequence[int],
    datasets: dict[str, Pair | None],
    runs: Sequence[Run],
    *,
    epochs: int,
    batch_size: int,
    loss: str,
    start: Sequence[Sequence[Tensor]] | None,
) -> None:
    """Raise unless a sweep can be trained with these; the words are those of `sweep`."""
    check_count("epochs", epochs, least=0)
    check_count("batch_size", batch_size, least=1)
    if not runs:
        raise ValueError("The sweep has no runs, but needs at least one: make some with grid().")
    if not all(isinstance(run, Run) for run in runs):
        raise TypeError("The runs must all be of type Run: make them with grid() or zip_runs().")
    if len(sizes) < 2 or not all(isinstance(size, int) and size > 0 for size in sizes):
        raise ValueError(
            f"The sizes are {sizes}, but must be whole numbers above 0, at least for the inputs "
            "and the outputs, such as (784, 32, 10)."
        )
    if loss not in LOSSES:
        raise ValueError(f"The loss is {loss!r}, but must be one of: {', '.join(LOSSES)}.")
    if start is not None and len(start) != len(runs):
        raise ValueError(
            f"There are first weights for {len(start)} networks, but {len(runs)} runs: give as "
            "many, or leave start out."
        )
    for name, data in datasets.items():
        if data is not None:
            check_data(name, data, sizes[0], datasets["training"][0])


def check_data(name: str, data: Pair, size: int, like: Tensor) -> None:
    """Raise unless the data are a pair of tensors that fit each other and the networks."""
    if not (
        isinstance(data, (tuple, list))
        and [isinstance(part, Tensor) for part in data] == [True] * 2
    ):
        raise TypeError(f"The {name} data must be a pair of tensors: (inputs, targets).")
    inputs, targets = data
    if inputs.ndim != 2 or inputs.shape[1] != size or not 0 < len(inputs) == len(targets):
        raise ValueError(
            f"The {name} inputs have shape {tuple(inputs.shape)} and the targets "
            f"{tuple(targets.shape)}, but must be (N, {size}), as the sizes begin with {size}, "
            "with one target for each of the N samples."
        )
    if not inputs.is_floating_point():
        raise TypeError(
            f"The {name} inputs are {inputs.dtype}, but must be floating-point numbers: convert "
            "them with inputs.float()."
        )
    here = (like.device, like.dtype)
    if (inputs.device, inputs.dtype) != here or targets.device != here[0]:
        raise ValueError(
            f"The {name} data are {inputs.dtype} on {inputs.device}, with targets on "
            f"{targets.device}, but all data of a sweep must be alike, {here[1]} on {here[0]}: "
            "convert them once with .to()."
        )
