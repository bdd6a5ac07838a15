"""Exercises of chapter 17: the bug clinic. Each case has a diagnosis and a repair.

The cases stand in modules of their own, by topic; here they have the order of the chapter.
"""

from __future__ import annotations

from course_utils.judge.tasks import name_tasks
from notebooks.exercises import clinic_averages as averages
from notebooks.exercises import clinic_data as data
from notebooks.exercises import clinic_gradients as gradients
from notebooks.exercises import clinic_modules as modules
from notebooks.exercises import clinic_numbers as numbers
from notebooks.exercises import clinic_shapes as shapes
from notebooks.exercises.clinic_score import score_of
from notebooks.exercises.tables import Table

brightness_cause, brightness = numbers.brightness_cause, numbers.brightness
test_loss_cause, test_loss = averages.test_loss_cause, averages.test_loss
squash_cause, squash = numbers.squash_cause, numbers.squash
fit_line_cause, fit_line = gradients.fit_line_cause, gradients.fit_line
xor_samples_cause, xor_samples = data.xor_samples_cause, data.xor_samples
Reader_cause, Reader = modules.Reader_cause, modules.Reader
make_batches_cause, make_batches = data.make_batches_cause, data.make_batches
classifier_loss_cause, classifier_loss = gradients.classifier_loss_cause, gradients.classifier_loss
hidden_layer_cause, hidden_layer = shapes.hidden_layer_cause, shapes.hidden_layer
share_right_cause, share_right = averages.share_right_cause, averages.share_right
centred_loss_cause, centred_loss = gradients.centred_loss_cause, gradients.centred_loss
choose_and_report_cause, choose_and_report = data.choose_and_report_cause, data.choose_and_report
log_sum_exp_cause, log_sum_exp = numbers.log_sum_exp_cause, numbers.log_sum_exp
predict_cause, predict = modules.predict_cause, modules.predict
line_error_cause, line_error = shapes.line_error_cause, shapes.line_error
accuracy_of_cause, accuracy_of = averages.accuracy_of_cause, averages.accuracy_of
forward_cause, forward = gradients.forward_cause, gradients.forward
Scorer_cause, Scorer = modules.Scorer_cause, modules.Scorer
combined_mean_cause, combined_mean = averages.combined_mean_cause, averages.combined_mean
train_step_cause, train_step = gradients.train_step_cause, gradients.train_step
mean_surprise_cause, mean_surprise = shapes.mean_surprise_cause, shapes.mean_surprise
answers_of_cause, answers_of = modules.answers_of_cause, modules.answers_of
binary_loss_cause, binary_loss = numbers.binary_loss_cause, numbers.binary_loss
scaled_targets_cause, scaled_targets = shapes.scaled_targets_cause, shapes.scaled_targets
two_layers_cause, two_layers = modules.two_layers_cause, modules.two_layers
log_loss_cause, log_loss = gradients.log_loss_cause, gradients.log_loss
typical_miss_cause, typical_miss = averages.typical_miss_cause, averages.typical_miss
Guesser_cause, Guesser = modules.Guesser_cause, modules.Guesser
gathered_share_cause, gathered_share = averages.gathered_share_cause, averages.gathered_share
epochs_of_cause, epochs_of = data.epochs_of_cause, data.epochs_of

TASKS = name_tasks(globals())
CASES = list(zip(TASKS[::2], TASKS[1::2], strict=True))  # diagnosis and repair


def score() -> Table:
    """How many cases are diagnosed and repaired so far, by what is remembered of the answers."""
    return score_of(CASES)
