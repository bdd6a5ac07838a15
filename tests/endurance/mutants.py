"""Wrong answers that nobody listed: small changes to a reference, one at a time."""

import ast
import copy
import importlib
import inspect
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

Change = tuple[ast.AST, ast.AST]  # what stands in the tree, and what shall stand there instead

_OPERATORS = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.Pow: ast.Mult,
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
}
_TURNED = {ast.Lt: ast.Gt, ast.LtE: ast.GtE, ast.Gt: ast.Lt, ast.GtE: ast.LtE}
_METHODS = {"sum": "mean", "mean": "sum", "max": "min", "argmax": "argmin", "zeros": "ones",
            "maximum": "minimum", "std": "var"}
_WRAPPERS = {"abs", "sqrt", "exp", "log", "clone", "float", "relu", "tanh", "sigmoid", "T", "sign",
             "softmax", "log_softmax", "double", "detach", "argsort", "astype"}
_COMMUTATIVE = {"maximum", "minimum", "mse_loss"}


@dataclass(frozen=True)
class Mutant:
    """One changed reference.

    Attributes:
        name: The change, as in "a + b -> a - b".
        make: Compiles the changed source in the reference's own module.
    """

    name: str
    make: Callable[[], Any]


def mutants(reference: Any) -> list[Mutant]:
    """All mutants of a function or class, each with a name of its own."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(reference)))
    tree.body[0].body = _without_docstring(tree.body[0].body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):  # `strict=True` guards against other callers' errors
            node.keywords = [word for word in node.keywords if word.arg != "strict"]
    found: dict[str, Mutant] = {}
    for position, node in enumerate(ast.walk(tree)):
        for number, (_, new) in enumerate(_changes(node)):
            name = f"{_text(node)} -> {_text(new)}"
            while name in found:
                name += " (again)"
            found[name] = Mutant(name, _maker(reference, tree, position, number))
    return list(found.values())


def _maker(reference: Any, tree: ast.Module, position: int, number: int) -> Callable[[], Any]:
    def make():
        changed = copy.deepcopy(tree)
        old, new = list(_changes(list(ast.walk(changed))[position]))[number]
        changed = ast.fix_missing_locations(_Replace(old, new).visit(changed))
        names = dict(vars(importlib.import_module(reference.__module__)))
        exec(compile(changed, f"<mutant of {reference.__name__}>", "exec"), names)
        return names[reference.__name__]

    return make


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST):
        self.old, self.new = old, new

    def visit(self, node):
        return self.new if node is self.old else self.generic_visit(node)


def _changes(node: ast.AST) -> Iterator[Change]:
    """Every change that starts at one node of the tree."""
    for kind, change in _BY_KIND.items():
        if isinstance(node, kind):
            for new in change(node):
                yield node, new


def _of_binary(node: ast.BinOp) -> Iterator[ast.AST]:
    if type(node.op) in _OPERATORS:
        yield _with(node, op=_OPERATORS[type(node.op)]())
        yield node.left
    if isinstance(node.op, ast.Add | ast.Mult):
        yield node.right


def _of_comparison(node: ast.Compare) -> Iterator[ast.AST]:
    for kinds in (_OPERATORS, _TURNED):
        if type(node.ops[0]) in kinds:
            yield _with(node, ops=[kinds[type(node.ops[0])]()])


def _of_constant(node: ast.Constant) -> Iterator[ast.AST]:
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int):
        yield ast.Constant(node.value + 1)
    elif isinstance(node.value, float):
        yield ast.Constant(1.5 * node.value + 0.25)


def _of_call(node: ast.Call) -> Iterator[ast.AST]:
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    if name in _METHODS and isinstance(node.func, ast.Attribute):
        yield _with(node, func=_with(node.func, attr=_METHODS[name]))
    if name in _WRAPPERS:
        is_function = len(node.args) and not isinstance(node.func, ast.Attribute)
        from_module = isinstance(node.func, ast.Attribute) and \
            getattr(node.func.value, "id", "") in {"np", "torch", "F", "math"}
        yield node.args[0] if is_function or from_module else node.func.value
    for word in node.keywords:
        yield _with(node, keywords=[other for other in node.keywords if other is not word])
    if len(node.args) == 2 and not node.keywords and name not in _COMMUTATIVE:
        yield _with(node, args=node.args[::-1])
    if name == "range":
        yield _with(node, args=[*node.args[:-1], ast.BinOp(node.args[-1], ast.Sub(),
                                                           ast.Constant(1))])


def _of_attribute(node: ast.Attribute) -> Iterator[ast.AST]:
    if node.attr == "T":
        yield node.value


def _of_unary(node: ast.UnaryOp) -> Iterator[ast.AST]:
    if isinstance(node.op, ast.USub | ast.Not):
        yield node.operand


def _of_augmented(node: ast.AugAssign) -> Iterator[ast.AST]:
    yield ast.Pass()
    yield ast.Assign([node.target], node.value)
    if type(node.op) in _OPERATORS:
        yield _with(node, op=_OPERATORS[type(node.op)]())


def _of_condition(node: ast.If | ast.IfExp) -> Iterator[ast.AST]:
    yield _with(node, test=ast.Constant(True))
    yield _with(node, test=ast.Constant(False))


def _of_statement(node: ast.Expr) -> Iterator[ast.AST]:
    if isinstance(node.value, ast.Call) and "super" not in ast.unparse(node):
        yield ast.Pass()


def _of_tuple(node: ast.Tuple) -> Iterator[ast.AST]:
    numbers = [getattr(part, "value", part) for part in node.elts]
    if isinstance(node.ctx, ast.Load) and len(numbers) == 2 and numbers[0] != numbers[1]:
        yield _with(node, elts=node.elts[::-1])


_BY_KIND = {
    ast.BinOp: _of_binary, ast.Compare: _of_comparison, ast.Constant: _of_constant,
    ast.Call: _of_call, ast.Attribute: _of_attribute, ast.UnaryOp: _of_unary,
    ast.AugAssign: _of_augmented, ast.If: _of_condition, ast.IfExp: _of_condition,
    ast.Expr: _of_statement, ast.Tuple: _of_tuple,
}


def _with(node: ast.AST, **changed: Any) -> ast.AST:
    """A shallow copy of a node with some fields replaced."""
    fields = {name: getattr(node, name) for name in node._fields}
    return ast.copy_location(type(node)(**{**fields, **changed}), node)


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    first = body[0]
    is_text = isinstance(first, ast.Expr) and isinstance(getattr(first.value, "value", 0), str)
    return body[1:] if is_text and len(body) > 1 else body


def _text(node: ast.AST) -> str:
    return " ".join(ast.unparse(ast.fix_missing_locations(copy.deepcopy(node))).split())[:120]
