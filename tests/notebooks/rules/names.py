"""Rules on names: within a notebook a name keeps its kind, and in all of them its meaning."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.notebooks.book import NOTEBOOKS, cells, read, syntax_tree, where
from tests.notebooks.sections import Names

WORDS = NOTEBOOKS / "words_and_errors.ipynb"

DISPLAYS = {
    ast.Lambda: "a function",
    ast.JoinedStr: "text",
    ast.List: "a list",
    ast.ListComp: "a list",
    ast.Tuple: "a tuple",
    ast.Dict: "a dict",
    ast.DictComp: "a dict",
    ast.Set: "a set",
    ast.SetComp: "a set",
}
CONSTANTS = {
    bool: "a truth value",
    int: "a number",
    float: "a number",
    complex: "a number",
    str: "text",
}
# What well-known calls return, by a pattern that the whole written name must match.
CALLS = {
    "a number": r"len|float|int|sum|round|math\.\w+|.*\.item|time\.perf_counter|np\.float\d+",
    "text": r"str|repr|'.*'\.\w+",
    "a list": r"list|sorted|.*\.tolist",
    "a tuple": r"tuple",
    "a dict": r"dict|.*\.state_dict",
    "a set": r"set",
    "an array": r"np\.(array|arange|linspace|zeros|ones|full|eye|stack|concatenate)|.*\.numpy"
    r"|xor_table_as_arrays",
    "a tensor": r"torch\.(tensor|arange|linspace|zeros|ones|full|eye|stack|cat|rand|randn|randint"
    r"|randperm|empty|\w+_like|from_numpy)",
    "a figure": r"plt\.figure",
    "a model": r"nn\.[A-Z]\w+",
    "an optimizer": r"torch\.optim\.[A-Z]\w+",
    "a data set": r"datasets\.[A-Z]\w+",
    "a loader": r"DataLoader",
    "a generator": r"generator|torch\.Generator|np\.random\.default_rng",
}
PLOTS = {"plt.subplots", "figure_of_images"}  # they return a figure and its axes


def names_keep_their_kind(book: dict, path: Path) -> list[str]:
    """A name at the top of a cell is not given another kind of thing later."""
    first: dict[str, tuple[str, str]] = {}  # name: (kind, the cell that gave it)
    found = []
    for position, cell in cells(book, "code"):
        for name, kind in bindings(syntax_tree(cell)):
            before, home = first.setdefault(name, (kind, where(position, cell)))
            if kind != before:
                here = where(position, cell)
                found.append(f"{name} is {before} in {home} and {kind} in {here}: two names")
    return found


def bindings(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Yield (name, kind) for each name that a cell surely binds to a thing of that kind."""
    for statement in statements(tree.body):
        match statement:
            case ast.FunctionDef(name=name):
                yield name, "a function"
            case ast.ClassDef(name=name):
                yield name, "a class"
            case ast.Import(names=modules):
                yield from ((module.asname or module.name, "a module") for module in modules)
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    yield from _unpacked(target, value)


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield statements, and those in their blocks, but not what belongs to a function or class."""
    for statement in body:
        yield statement
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef):
            for block in ("body", "orelse", "handlers", "finalbody"):
                yield from statements(getattr(statement, block, []))


def _unpacked(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, str]]:
    """The names of one target with their kinds, as far as the value's syntax tells them."""
    parts = getattr(target, "elts", [])
    if isinstance(target, ast.Name):
        kind = _kind_under(target.id, value)
        yield from [(target.id, kind)] if kind else []
    elif isinstance(value, ast.Tuple) and len(value.elts) == len(parts):
        for part, inner in zip(parts, value.elts, strict=True):
            yield from _unpacked(part, inner)
    elif isinstance(value, ast.Call) and ast.unparse(value.func) in PLOTS:
        figure, *axes = [node.id for node in ast.walk(target) if isinstance(node, ast.Name)]
        yield figure, "a figure"
        yield from ((name, "axes") for name in axes)


def _kind_under(name: str, value: ast.expr) -> str | None:
    """The kind that a name gets; another form of its own thing (`x = np.array(x)`) fits."""
    if isinstance(value, ast.Call) and ast.unparse(value.func) == name:
        return f"what {name}() returns"
    return None if name in _names(value).read else kind_of(value)


def kind_of(value: ast.expr) -> str | None:
    """The kind of thing that an expression surely is; ``None`` fits everything."""
    match value:
        case ast.Constant(value=constant):
            return CONSTANTS.get(type(constant))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return kind_of(operand)
        case ast.BinOp(left=left, right=right):
            both = {kind_of(left), kind_of(right)}
            return "a number" if both == {"a number"} else None
        case ast.Call(func=function):
            written = ast.unparse(function)
            return next((kind for kind, calls in CALLS.items() if re.fullmatch(calls, written)),
                        None)
    return DISPLAYS.get(type(value))


def loops_leave_nothing(book: dict, path: Path) -> list[str]:
    """No cell reads what the last round of another cell's loop happened to leave behind."""
    left: dict[str, str] = {}  # name: the cell of its loop
    found = []
    for position, cell in cells(book, "code"):
        names = _names(syntax_tree(cell))
        found += [
            f"{where(position, cell)} reads {name}, left over from the loop in {left[name]}"
            for name in sorted(names.read & left.keys())
        ]
        left = {name: home for name, home in left.items() if name not in names.bound}
        left |= dict.fromkeys(_left_over(syntax_tree(cell)), where(position, cell))
    return found


def _left_over(tree: ast.Module) -> set[str]:
    """The names that only the rounds of a loop bind; not what a loop carries on from before."""
    found: set[str] = set()
    bound: set[str] = set()
    for statement in tree.body:
        here = _names(statement)
        loops = [_names(part) for part in statements([statement]) if isinstance(part, ast.For)]
        found = (found - here.bound).union(*(loop.bound - loop.read - bound for loop in loops))
        bound |= here.bound
    return found


def _names(tree: ast.AST) -> Names:
    names = Names()
    names.visit(tree)
    return names


def the_bias_is_b(book: dict, path: Path) -> list[str]:
    """The bias is written b, in formulas and in code, as in $w x + b$."""
    return [
        f"{where(position, cell)} writes {match.group()!r}: the bias is b"
        for position, cell in enumerate(book["cells"])
        if (match := re.search(r"\b[wWxX]{1,2}(_\w+)? ?\+ ?c\b", cell["source"]))
    ]


def functions_keep_their_arguments(book: dict, path: Path) -> list[str]:
    """A function of the glossary takes the glossary's arguments, in the same order."""
    expected = signatures(read(WORDS))
    found = []
    for position, cell in cells(book, "code"):
        for node in syntax_tree(cell).body:
            wanted = expected.get(getattr(node, "name", ""), [])
            if isinstance(node, ast.FunctionDef) and wanted:
                given = [argument.arg for argument in node.args.args]
                if given[: len(wanted)] != wanted:
                    found.append(f"{where(position, cell)} defines {node.name}({', '.join(given)}"
                                 f"), but {WORDS.name} says {node.name}({', '.join(wanted)})")
    return found


def signatures(words: dict) -> dict[str, list[str]]:
    """The functions of the glossary with their arguments, in order."""
    text = "\n".join(cell["source"] for _, cell in cells(words, "markdown"))
    written = [re.fullmatch(r"`(\w+)\(([\w, ]+)\)`", row[2]) for row in table_rows(text)]
    return {found[1]: found[2].split(", ") for found in written if found}


def table_rows(markdown: str) -> list[list[str]]:
    """The rows of all tables in a piece of markdown, without their heads."""
    lines = re.findall(r"^\| (.*) \|$", markdown, flags=re.MULTILINE)
    heads = set(re.findall(r"^\| (.*) \|\n\|-", markdown, re.MULTILINE))
    return [[entry.strip() for entry in line.split(" | ")] for line in lines if line not in heads]
