"""Exercises of chapter 17: the bug clinic. Each case has a diagnosis and a repair.

The cases stand in modules of their own, by topic; the chapter mixes them.
"""

from __future__ import annotations

from notebooks.exercises.clinic_averages import (
    accuracy_of,
    accuracy_of_cause,
    combined_mean,
    combined_mean_cause,
    gathered_share,
    gathered_share_cause,
    share_right,
    share_right_cause,
    test_loss,
    test_loss_cause,
    typical_miss,
    typical_miss_cause,
)
from notebooks.exercises.clinic_data import (
    choose_and_report,
    choose_and_report_cause,
    epochs_of,
    epochs_of_cause,
    make_batches,
    make_batches_cause,
    xor_samples,
    xor_samples_cause,
)
from notebooks.exercises.clinic_gradients import (
    centred_loss,
    centred_loss_cause,
    classifier_loss,
    classifier_loss_cause,
    fit_line,
    fit_line_cause,
    forward,
    forward_cause,
    log_loss,
    log_loss_cause,
    train_step,
    train_step_cause,
)
from notebooks.exercises.clinic_modules import (
    Guesser,
    Guesser_cause,
    Reader,
    Reader_cause,
    Scorer,
    Scorer_cause,
    answers_of,
    answers_of_cause,
    predict,
    predict_cause,
    two_layers,
    two_layers_cause,
)
from notebooks.exercises.clinic_numbers import (
    binary_loss,
    binary_loss_cause,
    brightness,
    brightness_cause,
    log_sum_exp,
    log_sum_exp_cause,
    squash,
    squash_cause,
)
from notebooks.exercises.clinic_score import Score
from notebooks.exercises.clinic_shapes import (
    hidden_layer,
    hidden_layer_cause,
    line_error,
    line_error_cause,
    mean_surprise,
    mean_surprise_cause,
    scaled_targets,
    scaled_targets_cause,
)

CASES = [  # in the order of the chapter: diagnosis and repair
    (brightness_cause, brightness), (test_loss_cause, test_loss), (squash_cause, squash),
    (fit_line_cause, fit_line), (xor_samples_cause, xor_samples), (Reader_cause, Reader),
    (make_batches_cause, make_batches), (classifier_loss_cause, classifier_loss),
    (hidden_layer_cause, hidden_layer), (share_right_cause, share_right),
    (centred_loss_cause, centred_loss), (choose_and_report_cause, choose_and_report),
    (log_sum_exp_cause, log_sum_exp), (predict_cause, predict), (line_error_cause, line_error),
    (accuracy_of_cause, accuracy_of), (forward_cause, forward), (Scorer_cause, Scorer),
    (combined_mean_cause, combined_mean), (train_step_cause, train_step),
    (mean_surprise_cause, mean_surprise), (answers_of_cause, answers_of),
    (binary_loss_cause, binary_loss), (scaled_targets_cause, scaled_targets),
    (two_layers_cause, two_layers), (log_loss_cause, log_loss),
    (typical_miss_cause, typical_miss), (Guesser_cause, Guesser),
    (gathered_share_cause, gathered_share), (epochs_of_cause, epochs_of),
]


def score() -> Score:
    """How many cases are diagnosed and repaired so far, by what is remembered of the answers."""
    return Score(CASES)
