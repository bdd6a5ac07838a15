"""A page with one explorer and no kernel, and its formulas, for the browser tests.

An explorer that needs a kernel is answered by this process instead: the page draws the same
answers as in JupyterLab, without the seconds that one takes to start.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from typing import Any

from course_utils.explorers.shared.base import Explorer, one_sentence
from course_utils.explorers.shared.bundle import page_source, stylesheet
from tests.browser.lab import settle

DARK = (
    "--jp-layout-color1:#111; --jp-layout-color2:#333; --jp-ui-font-color0:#fff; background:#111;"
    "--jp-ui-font-color1:#ddd; --jp-border-color2:#444"
)
# A sentence is said when the hand rests, and with hard spaces before its percent signs.
SAID = """(plain => {
    const card = document.querySelector('.explorer-card');
    return plain(card.querySelector('.explorer-words').textContent) === plain(card.page.saying);
})(words => words.replaceAll('\\u00a0', ' '))"""


@contextlib.contextmanager
def clean_page(browser: Any, **options: Any) -> Iterator[Any]:
    """Give a page that may load nothing from anywhere, and must log no error."""
    options.setdefault("viewport", {"width": 900, "height": 900})
    page, trouble = browser.new_page(**options), []
    page.on("console", lambda message: message.type == "error" and trouble.append(message.text))
    page.on("pageerror", lambda error: trouble.append(error.stack or str(error)))
    page.on("request", lambda request: trouble.append(request.url)
            if not request.url.startswith(("file:", "data:", "blob:", "about:")) else None)
    yield page
    page.close()
    assert not trouble


def open_explorer(
    page: Any, explorer: Explorer, style: str = "", answered: bool = False
) -> None:
    """Show ``explorer`` as an exported page does, or ``answered``, and wait until it is drawn."""
    answered = answered or explorer.needs_kernel
    html = _served(page, explorer) if answered else explorer.page_without_kernel()
    page.set_content(f'<!doctype html><meta charset="utf-8"><body style="{style}">{html}</body>')
    page.wait_for_function("document.querySelector('.explorer-card')?.page.framesDrawn > 0")
    settle(page)


SERVED = """
{
  const state = %s, listeners = {};
  const tell = (event, ...rest) => (listeners[event] || []).forEach((hear) => hear(...rest));
  const view = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const model = {
    get: (key) => state[key],
    set: (key, value) => {
      if (state[key] === value) return;
      state[key] = value;
      tell(`change:${key}`);
    },
    on: (event, callback) => { (listeners[event] = listeners[event] || []).push(callback); },
    off: () => {},
    save_changes: () => {},
    send: async (request) => {
      if (!request.sequence) return;
      const { content, buffers } = await window.answer(request);
      tell("msg:custom", { ...content, sequence: request.sequence }, buffers.map(view));
    },
  };
  render({ model, el: document.querySelector("main") });
}
"""


def _served(page: Any, explorer: Explorer) -> str:
    def answer(request: dict[str, Any]) -> dict[str, Any]:
        try:
            content, buffers = explorer.answer(request)
        except Exception as error:
            content, buffers = {"failure": one_sentence(error)}, []
        return {"content": content, "buffers": [base64.b64encode(b).decode() for b in buffers]}

    page.expose_function("answer", answer)
    source = page_source(explorer.page_name) + SERVED % json.dumps(explorer.page_state())
    source = source.replace("</", "<\\/")
    return (
        f"<style>{stylesheet()}</style><main></main>"
        f'<script type="module">{source}</script>'
    )


def move(page: Any, key: str, value: float) -> None:
    """Move the slider of state ``key``."""
    page.locator(f"[data-key={key}] input").evaluate(
        """(input, value) => { input.value = value;
            input.dispatchEvent(new Event('input', {bubbles: true})); }""", value)
    settle(page)


def words(page: Any) -> str:
    """Return the sentence under the picture, once it has been said."""
    settle(page)
    page.wait_for_function(SAID)
    return page.inner_text(".explorer-words")


def pure(page: Any, name: str, expression: str) -> Any:
    """Evaluate ``expression`` with the formulas that the page of ``name`` exports as ``pure``."""
    return page.evaluate(
        """async ([source, expression]) => {
            const address = URL.createObjectURL(new Blob([source], {type: 'text/javascript'}));
            const { pure } = await import(address);
            return new Function('pure', `return ${expression}`)(pure);
        }""",
        [page_source(name), expression],
    )
