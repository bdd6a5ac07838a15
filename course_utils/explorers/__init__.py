"""Explorers: the pictures of the course that move when you touch them.

- ``activation`` (00, 02): an activation function, its slope, and inputs that flow through it
- ``neuron`` (01): the boundary, the weights and the points of one neuron
- ``bumps`` (03): hidden units against fit, the universal approximation theorem built by hand
- ``playground`` (04): a small network learns in front of you, run by your own functions
- ``learning_rate`` (04): one rate, from too small to divergence, on a bowl and on XOR
- ``temperature`` (08): softmax, and where it overflows
- ``dropout_mask`` (13): the mask, the scale that keeps the average
- ``race`` (14): optimizers down one surface, and your own beside them
- ``digit_pad`` (18): draw a digit, and see what your model reads
- ``shared``: what all of them stand on

An explorer is a folder. Its ``__init__.py`` holds a small class with the state, the words and what
the kernel is asked; the JavaScript beside it draws. Start from ``activation`` (closed form) or,
for one that asks the kernel, from ``learning_rate``. To add one:

1. ``name/__init__.py``: ``class Name(Explorer, page="name")``. Its state is declared with
   ``state(default)``. `Explorer.describe` says in a sentence how it is set. The module's docstring
   says how a chapter uses it and lists three experiments with answers. A formula is written in
   Python only if the kernel's answers need it.
2. ``name/name.js``: an ES module that ends with ``export default { render }``, and modules of one
   purpose beside it. They import by ``import { a, b } from "../shared/page.js";`` alone, because
   ``shared/bundle.py`` joins them into one text: names are unique within an explorer.
   ``new ExplorerPage({ model, el, title })`` gives the card, and
   ``page.slider``, ``page.choice``, ``page.toggle``, ``page.button``, ``page.canvas`` give controls
   that have labels, keyboard, focus, themes and sharp pixels.
   Read state with ``page.get(key)``, change it with ``page.set(key, value)``:
   everything is then saved and painted once, in the next animation frame. ``page.say(words)``
   is the sentence below, read aloud by screen readers; ``page.warn(words)`` reports trouble.
   Animations use ``page.animate`` and ask ``reducedMotion()`` first. Comments stand on lines of
   their own: they are left out of what the page receives. ``render`` returns
   ``() => page.destroy()``. The linter: ``oxlint course_utils/explorers``.
3. Closed form (everything computed in JavaScript) works in exported pages too. Export the
   formulas as ``pure`` from ``name.js`` and test them against an oracle. If it needs the kernel,
   say so in the class (``needs_kernel=True``) and implement `Explorer.answer`: the page calls
   ``page.ask(request)`` and gets the answer in ``page.answered = (content, buffers) => ...``. One
   question is in flight; of those that come meanwhile the newest wins. A callback takes under
   15 ms, returns small lists or bytes, never loops; to play, the page asks again after it has
   painted. What the learner's function raises becomes a sentence in the page.
4. Never rely on colour alone: add a dash, a marker, stripes or a word.
5. Tests: the page and its formulas in ``tests/browser/``; what the kernel answers in
   ``tests/unit/test_explorers_name.py``. Then look at it: both themes, 1100 and 550 pixels wide.
6. The still, for pages without a kernel, is a photograph that the refresh command takes of the
   page as it opens, and what the page says. If there is nothing to see yet,
   ``tests/notebooks/stills.py`` plays a little first, as it does for the playground.
"""
