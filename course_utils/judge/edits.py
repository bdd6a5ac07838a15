"""Small edits of a piece of code: the slips of one symbol that people make, turned round.

`edits` yields a changed tree for each, always in the same order; what a learner wrote is searched
with them for a repair (`repair`).
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OPERATORS = {
    ast.Add: (ast.Sub, ast.Mult), ast.Sub: (ast.Add,), ast.Div: (ast.Mult,),
    ast.Mult: (ast.Div, ast.Add, ast.Pow, ast.MatMult), ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,),
    ast.FloorDiv: (ast.Div, ast.Mod), ast.Mod: (ast.FloorDiv,),
    ast.Lt: (ast.LtE, ast.Gt, ast.GtE), ast.LtE: (ast.Lt, ast.GtE, ast.Gt),
    ast.Gt: (ast.GtE, ast.Lt, ast.LtE), ast.GtE: (ast.Gt, ast.LtE, ast.Lt),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.And: (ast.Or,), ast.Or: (ast.And,),
}
PARTNERS = [  # functions and methods that are taken for each other
    ("sum", "mean"), ("max", "min"), ("max", "amax"), ("maximum", "minimum"), ("std", "var"),
    ("argmax", "argmin"), ("zeros", "ones"), ("zeros_like", "ones_like"), ("exp", "log"),
    ("log", "log2"), ("log", "log1p"), ("exp", "expm1"), ("softmax", "log_softmax"), ("any", "all"),
    ("sin", "cos"), ("floor", "ceil"), ("append", "extend"), ("rand", "randn"), ("sqrt", "square"),
]
WRAPPERS = {"abs", "sqrt", "exp", "log", "clone", "copy", "float", "relu", "tanh", "sigmoid", "T",
            "sign", "double", "detach", "item", "tolist", "square", "int", "argsort", "softmax"}
REDUCTIONS = {"sum", "mean", "max", "min", "amax", "amin", "std", "var", "argmax", "argmin", "prod",
              "any", "all", "softmax", "log_softmax", "logsumexp", "cumsum", "norm"}
MODULES = {"np", "torch", "F", "math"}


@dataclass(frozen=True)
class Edit:
    """One changed tree.

    Attributes:
        line: The line, counted in the tree's own source, that would be another.
        words: How the line would be right: "with `axis=1` instead of `axis=0`".
        tree: The whole changed tree.
    """

    line: int
    words: str
    tree: ast.Module


def edits(tree: ast.Module) -> Iterator[Edit]:
    """Every small edit of a tree, likely ones first; the tree itself is left as it is."""
    names = _local_names(tree)
    texts = _texts(tree)
    for changes in (_of_operators, _of_calls, _of_constants, _of_signs, _of_factors, _of_statements,
                    lambda node: _of_other_names(node, names, texts), _of_shapes,
                    lambda node: _with_named(node, names)):
        for position, node in enumerate(ast.walk(tree)):
            for number, new in enumerate(changes(node)):
                yield _edit(tree, changes, position, number, node, new)


def _edit(
    tree: ast.Module, changes: Callable, position: int, number: int, node: ast.AST, new: Any
) -> Edit:
    changed = copy.deepcopy(tree)
    old = list(ast.walk(changed))[position]
    replacement = list(changes(old))[number]
    if isinstance(new, tuple):  # a change of statements says itself where and what it is
        replacement, (_, line, words) = replacement[0], new
    else:
        line = getattr(node, "lineno", 1)
        words = f"with `{_text(new)}` instead of `{_text(node)}`"
    changed = ast.fix_missing_locations(_Replace(old, replacement).visit(changed))
    return Edit(line, words, changed)


class _Replace(ast.NodeTransformer):
    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> ast.AST:
        return self.new if node is self.old else self.generic_visit(node)


def _of_operators(node: ast.AST) -> Iterator[ast.AST]:
    """Another operator, the sides exchanged, a comparison or a condition turned round."""
    if isinstance(node, ast.BinOp | ast.BoolOp):
        for kind in OPERATORS.get(type(node.op), ()):
            yield _with(node, op=kind())
        if isinstance(node, ast.BinOp) and not isinstance(node.op, ast.Add | ast.Mult):
            yield _with(node, left=node.right, right=node.left)
    elif isinstance(node, ast.Compare) and len(node.ops) == 1:
        for kind in OPERATORS.get(type(node.ops[0]), ()):
            yield _with(node, ops=[kind()])
    elif isinstance(node, ast.AugAssign):
        for kind in OPERATORS.get(type(node.op), ()):
            yield _with(node, op=kind())
        yield ast.Assign([node.target], node.value)
    elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name | ast.Subscript):
        yield ast.AugAssign(node.targets[0], ast.Add(), node.value)
    elif isinstance(node, ast.IfExp):
        yield _with(node, body=node.orelse, orelse=node.body)
    elif isinstance(node, ast.If):
        yield _with(node, test=ast.UnaryOp(ast.Not(), node.test))


def _of_calls(node: ast.AST) -> Iterator[ast.AST]:
    """A partner of the function, a keyword left out or added, arguments exchanged, unwrapped."""
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node.value
    if not isinstance(node, ast.Call):
        return
    name = getattr(node.func, "attr", getattr(node.func, "id", ""))
    for pair in PARTNERS:
        if name in pair:
            other = pair[1 - pair.index(name)]
            yield _with(node, func=_with(node.func, **{
                "attr" if isinstance(node.func, ast.Attribute) else "id": other}))
    for word in node.keywords:
        if word.arg != "strict":  # it only guards against other callers' errors
            yield _with(node, keywords=[other for other in node.keywords if other is not word])
    if name in REDUCTIONS:
        yield from _with_axes(node)
    if len(node.args) == 2:
        yield _with(node, args=node.args[::-1])
    if name in WRAPPERS and (inner := _inside(node)) is not None:
        yield inner


def _with_axes(node: ast.Call) -> Iterator[ast.AST]:
    """A reduction along other axes, or with its axis kept."""
    given = {word.arg for word in node.keywords}
    has_axis = bool(given & {"dim", "axis"})
    added = [] if has_axis else [(word, value) for word in ("axis", "dim") for value in (0, 1, -1)]
    if (has_axis or node.args) and not given & {"keepdims", "keepdim"}:
        added += [("keepdims", True), ("keepdim", True)]
    for word, value in added:
        yield _with(node, keywords=[*node.keywords, ast.keyword(word, ast.Constant(value))])


def _inside(node: ast.Call) -> ast.AST | None:
    """What a call wraps: its argument, or what its method belongs to."""
    if not isinstance(node.func, ast.Attribute) or getattr(node.func.value, "id", "") in MODULES:
        return node.args[0] if node.args else None
    return node.func.value


def _of_constants(node: ast.AST) -> Iterator[ast.AST]:
    """A number one larger or smaller, doubled, halved, with the other sign; the other truth."""
    if not isinstance(node, ast.Constant):
        return
    if isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node.value, int | float):
        others = [node.value + 1, node.value - 1, 2 * node.value, node.value / 2, -node.value,
                  node.value**2, 0, 1, 0.5, 0.1, 0.01, 0.9, 0.999]
        whole = isinstance(node.value, int)
        for value in dict.fromkeys(others):
            if value != node.value:
                yield ast.Constant(int(value) if whole and value == int(value) else value)


def _of_signs(node: ast.AST) -> Iterator[ast.AST]:
    """A minus left out, or one too many."""
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub | ast.Not):
        yield node.operand
    elif _is_value(node) and not isinstance(node, ast.Constant | ast.Compare):
        yield ast.UnaryOp(ast.USub(), node)


def _of_factors(node: ast.AST) -> Iterator[ast.AST]:
    """A factor or a term dropped; a factor 2, a count, a root or a square too few."""
    if isinstance(node, ast.BinOp):
        yield node.left
        if isinstance(node.op, ast.Add | ast.Mult | ast.MatMult):
            yield node.right
    if not _is_value(node) or isinstance(node, ast.Compare):
        return
    two = ast.Constant(2)
    yield ast.BinOp(two, ast.Mult(), node)
    yield ast.BinOp(node, ast.Div(), two)
    yield ast.BinOp(node, ast.Pow(), two)
    yield ast.BinOp(node, ast.Pow(), ast.Constant(0.5))
    one = ast.Constant(1)
    for operator in (ast.Add(), ast.Sub()):
        yield ast.BinOp(node, operator, one)
    yield ast.BinOp(one, ast.Sub(), node)


def _of_other_names(node: ast.AST, names: list[str], texts: list[str]) -> Iterator[ast.AST]:
    """Another name of the same function, or another text, such as the key of a dict."""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id in names:
        yield from (ast.Name(name, ast.Load()) for name in names if name != node.id)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield from (ast.Constant(text) for text in texts if text != node.value)


def _with_named(node: ast.AST, names: list[str]) -> Iterator[ast.AST]:
    """A value with a named one added, subtracted, or as a factor; divided by a length."""
    if not isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Subscript) \
            or not _is_value(node):
        return
    for name in names:
        named = ast.Name(name, ast.Load())
        yield ast.BinOp(node, ast.Div(), ast.Call(ast.Name("len", ast.Load()), [named], []))
        for operator in (ast.Add(), ast.Sub(), ast.Mult(), ast.Div(), ast.MatMult(), ast.Pow()):
            yield ast.BinOp(node, operator, named)
        yield ast.BinOp(named, ast.MatMult(), node)
        rest = ast.BinOp(ast.Constant(1), ast.Sub(), named)
        yield ast.BinOp(node, ast.Mult(), rest)


def _of_shapes(node: ast.AST) -> Iterator[ast.AST]:
    """A transpose, a copy, a detached value or an axis of length 1 too few."""
    if isinstance(node, ast.Name | ast.Subscript | ast.Call | ast.BinOp) and _is_value(node):
        yield ast.Attribute(node, "T", ast.Load())
        for method in ("exp", "log", "sqrt", "abs", "sum", "mean", "copy", "clone", "detach"):
            yield ast.Call(ast.Attribute(node, method, ast.Load()), [], [])
        everything, new_axis = ast.Slice(), ast.Constant(None)
        for axes in ([everything, new_axis], [new_axis, everything]):
            yield ast.Subscript(node, ast.Tuple(axes, ast.Load()), ast.Load())
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        yield node.value
        if isinstance(node.slice, ast.Tuple):
            yield _with(node, slice=_with(node.slice, elts=node.slice.elts[::-1]))
    if isinstance(node, ast.Tuple) and isinstance(node.ctx, ast.Load) and len(node.elts) > 1:
        for place in range(len(node.elts) - 1):
            elements = list(node.elts)
            elements[place : place + 2] = elements[place : place + 2][::-1]
            yield _with(node, elts=elements)


def _of_statements(node: ast.AST) -> Iterator[tuple[ast.AST, int, str]]:
    """Two lines exchanged, one left out, a last one moved out of a loop; where, and in words."""
    body = getattr(node, "body", None)
    if not isinstance(body, list):
        return
    for place, line in enumerate(body):
        before, after = body[:place], body[place + 1 :]
        if after:
            exchanged = [*before, after[0], line, *after[1:]]
            yield _with(node, body=exchanged), line.lineno, "after the line that follows it"
        if before or after:
            yield _with(node, body=[*before, *after]), line.lineno, "left out"
        if isinstance(line, ast.For | ast.While | ast.If | ast.With) and len(line.body) > 1:
            *inside, last = line.body
            moved = [*before, _with(line, body=inside), last, *after]
            yield _with(node, body=moved), last.lineno, "one level to the left, after the block"


def _local_names(tree: ast.Module) -> list[str]:
    """Arguments and variables of the functions in a tree."""
    found = [node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)]
    found += [node.id for node in ast.walk(tree)
              if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)]
    return list(dict.fromkeys(found))


def _texts(tree: ast.Module) -> list[str]:
    """The short texts in a tree, docstrings left out."""
    found = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)
             and isinstance(node.value, str) and len(node.value) < 30]
    return list(dict.fromkeys(found))


def _is_value(node: ast.AST) -> bool:
    """Whether a node is an expression that is read, in a place where a number may stand."""
    return isinstance(node, ast.BinOp | ast.Call | ast.Name | ast.Subscript | ast.Attribute
                      | ast.UnaryOp | ast.Compare | ast.Constant) \
        and isinstance(getattr(node, "ctx", ast.Load()), ast.Load)


def _with(node: ast.AST, **changed: object) -> ast.AST:
    """A shallow copy of a node with some fields replaced."""
    fields = {name: getattr(node, name, None) for name in node._fields}
    return ast.copy_location(type(node)(**{**fields, **changed}), node)


def _text(node: ast.AST) -> str:
    return ast.unparse(ast.fix_missing_locations(copy.deepcopy(node)))
