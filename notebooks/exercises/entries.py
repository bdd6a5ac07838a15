"""What an answer returns, each entry under its name, so that a verdict can say which is wrong."""

from __future__ import annotations

from course_utils.judge.values import kind_of


def by_name(returned: object, *names: str) -> dict[str, object]:
    """The entries of a tuple or a list under their names.

    Raises:
        TypeError: If it is something else, or has another number of entries; the check shows the
            sentence to the learner.
    """
    if returned is ...:  # still to be written
        return dict.fromkeys(names, returned)
    if returned is None:
        raise TypeError("it returned None, so a `return` is missing")
    several = isinstance(returned, tuple | list)
    if several and len(returned) == len(names):
        return dict(zip(names, returned, strict=True))
    count = f" of {len(returned)}" if several else ""
    raise TypeError(f"it returned {kind_of(returned)}{count}, expected {' and '.join(names)}")
