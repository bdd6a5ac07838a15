"""Explorers: the pictures of the course that move when you touch them.

An explorer is two files. ``name.py`` holds a small class with the state, the formulas in Python
and the words; ``name.js`` draws it in the page. Start from ``activation`` (closed form) or, for
one that asks the kernel, from ``learning_rate``. To add one:

1. ``name.py``: ``class Name(Explorer, page="name")``. Its state is declared
   with ``state(default)``. `describe` says in words what it shows; `still` draws it as
   SVG (`stills.Still`, `stills.Axes`). Both must be the same in every run, because stored
   notebooks keep and compare them. The module's docstring says how a chapter uses it and lists
   three experiments with answers.
2. ``name.js``: a plain ES module that ends with ``export default { render }``. Python puts
   ``drawing.js`` and ``common.js`` in front of it, so there is nothing to import:
   ``new ExplorerPage({ model, el, title })`` gives the card, and
   ``page.slider``, ``page.choice``, ``page.toggle``, ``page.button``, ``page.canvas`` give controls
   that have labels, keyboard, focus, themes and sharp pixels.
   Read state with ``page.get(key)``, change it with ``page.set(key, value)``:
   everything is then saved and painted once, in the next animation frame. ``page.say(words)``
   is the sentence below, read aloud by screen readers; ``page.warn(words)`` reports trouble.
   Animations use ``page.animate`` and ask ``reducedMotion()`` first. Comments stand on lines of
   their own: they are left out of what the page receives. ``render`` returns
   ``() => page.destroy()``.
3. Closed form (everything computed in JavaScript) works in exported pages too. Export the
   formulas as ``pure`` (a long explorer in a file of its own, ``name_rules.js``) and test them
   against Python. If it needs the kernel, say so in the class
   (``needs_kernel=True``) and implement `Explorer.answer`: the page calls ``page.ask(request)``
   and gets the answer in ``page.answered = (content, buffers) => ...``. One question is in
   flight; of those that come meanwhile the newest wins. A callback takes under 15 ms, returns
   small lists or bytes, never loops; to play, the page asks again after it has painted.
   What the learner's function raises becomes a sentence in the page.
4. Never rely on colour alone: add a dash, a marker, stripes or a word.
5. Tests: formulas in ``tests/unit/test_explorers_name.py``, the page in ``tests/browser/``.
   Then look at it: both themes, 1100 and 550 pixels wide.
"""
