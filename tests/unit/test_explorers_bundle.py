"""The modules of an explorer's page, and how they are joined into one."""

import re
from collections import Counter

import pytest

from course_utils.explorers.shared import bundle

MODULES = sorted(bundle.EXPLORERS.rglob("*.js"))
PAGES = [module.stem for module in MODULES if module.stem == module.parent.name]


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_no_line_of_a_page_is_longer_than_a_window(module):
    lines = module.read_text("utf-8").splitlines()
    assert [i for i, line in enumerate(lines, 1) if len(line) > 120] == []


@pytest.mark.parametrize("name", PAGES)
def test_a_name_is_given_once_in_all_modules_of_an_explorer(name):
    text = "\n".join(module.read_text("utf-8") for module in bundle.modules_of(name))
    names = re.findall(r"^(?:export )?(?:function|class|const|let) (\w+)", text, re.MULTILINE)
    assert [word for word, count in Counter(names).items() if count > 1] == []


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """An empty folder in the place of the explorers."""
    monkeypatch.setattr(bundle, "EXPLORERS", tmp_path)
    monkeypatch.setattr(bundle, "ALONE", tmp_path / "shared" / "alone.js")
    for name in ("shared", "thing"):
        (tmp_path / name).mkdir()
    return tmp_path


def test_what_several_modules_import_is_there_once_and_before_them(folder):
    imports = 'import { low } from "./low.js";\n'
    (folder / "shared" / "low.js").write_text("export const low = 1;\n")
    (folder / "shared" / "alone.js").write_text(f"{imports}export const alone = low;\n")
    (folder / "thing" / "part.js").write_text(
        'import {\n  low,\n} from "../shared/low.js";\n// a part\n'
        "export function part() {\n  return low;\n}\n")
    (folder / "thing" / "thing.js").write_text(
        'import { part } from "./part.js";\nexport default { part };\n')
    assert bundle.page_source("thing").splitlines() == [
        "const low = 1;", "const alone = low;", "function part() {", "return low;", "}",
        "export default { part };",
    ]
