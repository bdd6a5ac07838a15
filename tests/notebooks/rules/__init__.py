"""The rules every notebook keeps: functions ``rule(book, path)`` that return what breaks them."""

from collections.abc import Callable
from pathlib import Path

from tests.notebooks.rules import code, exercises, names, page, restart, stored, text

Rule = Callable[[dict, Path], list[str]]

RULES: list[Rule] = [
    stored.run_in_order,
    stored.outputs_are_stored,
    stored.speed_claims_hold,
    stored.no_stored_errors,
    stored.no_stored_stderr,
    stored.known_tags,
    stored.some_cells_are_compared,
    stored.compared_cells_say_something,
    stored.no_widget_state,
    stored.small_enough,
    stored.in_stored_form,
    text.opens_with_its_question,
    text.minutes_are_estimated,
    text.sections_are_numbered,
    text.more_words_than_code,
    text.figures_are_described,
    text.pictures_have_alt_text,
    text.no_remote_pictures,
    text.links_are_alive,
    code.cells_are_python,
    code.one_setup_cell,
    code.no_star_imports,
    code.no_hidden_output,
    code.speed_stops_nothing,
    code.nothing_dangerous,
    code.imports_are_declared,
    exercises.own_exercises_only,
    exercises.exercises_are_used_once,
    exercises.stubs_stand_before_checks,
    exercises.checks_say_not_started,
    exercises.headings_say_what_is_extra,
    restart.needs_are_said,
    page.folded_cells_have_captions,
    page.folded_cells_define_nothing,
    page.open_cells_do_not_draw,
    page.looks_come_from_the_style_sheet,
    page.claims_are_measured,
    page.cells_are_short,
    names.names_keep_their_kind,
    names.loops_leave_nothing,
    names.the_bias_is_b,
    names.functions_keep_their_arguments,
]
