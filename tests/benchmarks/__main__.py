"""Run benchmarks: ``python -m tests.benchmarks NAME [NAME ...] [--repeats N] [--threads N]``.

Each module of this package that has a function ``measure(repeats) -> list[Table]`` is a benchmark,
called by the module's name; without a name, they are listed.
"""

import argparse
import ast
import importlib
from pathlib import Path

import torch

from tests.benchmarks.report import machine, write_json


def available() -> dict[str, str]:
    """Return the benchmarks: the first line of its docstring by each module's name.

    The modules are read, not imported: one may need a package that only its own run needs.
    """
    found = {}
    for path in sorted(Path(__file__).parent.glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        if any(isinstance(node, ast.FunctionDef) and node.name == "measure" for node in tree.body):
            found[path.stem] = (ast.get_docstring(tree) or "").partition("\n")[0]
    return found


def main() -> None:
    """Read the command line, measure, print, and write a file if asked."""
    benchmarks = available()
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(benchmarks))
    parser.add_argument("--repeats", type=int, default=5, help="runs of each side (default 5)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the results there")
    parser.add_argument("--threads", type=int, metavar="N", help="threads of torch, as on N cores")
    options = parser.parse_args()
    if unknown := set(options.names) - set(benchmarks):
        parser.error(f"there is no benchmark {sorted(unknown)}; choose from {list(benchmarks)}")
    if not options.names:
        for name, purpose in benchmarks.items():
            print(f"{name:12s} {purpose}")
        return
    if options.threads:
        torch.set_num_threads(options.threads)
    about = machine()
    print(", ".join(f"{key}: {value}" for key, value in about.items()))
    results = {}
    for name in options.names:
        results[name] = importlib.import_module(f"tests.benchmarks.{name}").measure(options.repeats)
        print("", *results[name], sep="\n")
    if options.json:
        write_json(options.json, about, results)


if __name__ == "__main__":
    main()
