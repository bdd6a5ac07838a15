"""Changed references that are right all the same, each with the reason.

"(again)" counts changes that read alike, in the order in which `ast.walk` meets them.
"""

_NUMBER = "one number, whether Python's, NumPy's or a tensor without axes"
_ORDER = "a product does not ask for the order of its factors"
_UNUSED = "what is passed on below the first layer is used by nobody"
_AT_ZERO = "at 0 both branches give the same"
_FLOAT64 = "the cases are float64 already; double() is for sums over many float32 values"

RIGHT = {
    "chapter_01.neuron": {"zip(inputs, weights) -> zip(weights, inputs)": _ORDER},
    "chapter_01.delta_step": {
        "float(inputs @ weights + bias >= 0) -> inputs @ weights + bias >= 0":
            "True and False calculate like 1 and 0",
    },
    "chapter_02.sigmoid": {"beta * x >= 0 -> beta * x > 0": _AT_ZERO},
    "chapter_02.sigmoid_slope": {
        "sigmoid_reference(x, beta) -> sigmoid_reference(beta, x)": _ORDER},
    "chapter_02.leaky_relu": {"x > 0 -> x >= 0": _AT_ZERO},
    "chapter_07.noisy_xor": {
        "table[corners] + shifts -> table[corners] - shifts": "the noise is symmetric"},
    "chapter_07.streaming_mean_std": {
        "float(mean) -> mean": _NUMBER,
        "float((total_of_squares / count - mean ** 2).sqrt()) -> "
        "(total_of_squares / count - mean ** 2).sqrt()": _NUMBER,
        "batch.double() -> batch": _FLOAT64,
        "batch.double() -> batch (again)": _FLOAT64,
    },
    "chapter_09.dataset_mean": {
        "zip(batch_means, batch_sizes) -> zip(batch_sizes, batch_means)": _ORDER},
    "chapter_10.hand_gradients": {
        "if position > 0: delta = delta @ parameters[2 * position].T * (activations[position] > 0)"
        " -> if True: delta = delta @ parameters[2 * position].T * (activations[position] > 0)":
            _UNUSED,
        "position > 0 -> position >= 0": _UNUSED,
        "2 -> 3 (again) (again)":
            "the list's weights stand at even places, so 0:-3:2 takes the same ones as 0:-2:2",
    },
    "chapter_11.entropy_bits": {
        "float(-(possible * np.log2(possible)).sum()) -> -(possible * np.log2(possible)).sum()":
            _NUMBER,
    },
    "chapter_12.moments": {"0 -> 1": "the images are square"},
    "chapter_13.dropout": {
        "torch.rand(values.shape, generator=generator) >= rate -> "
        "torch.rand(values.shape, generator=generator) > rate":
            "a draw equals the rate once in 16 million times",
    },
    "chapter_13.mean_and_variance": {
        "float(values * kept / (1 - rate) @ weights) -> values * kept / (1 - rate) @ weights":
            _NUMBER,
    },
    "chapter_15.step_flops": {"zip(sizes[:-1], sizes[1:]) -> zip(sizes[1:], sizes[:-1])": _ORDER},
    "chapter_15.hand_step": {
        "if layer > 0: passed = (delta @ weights[layer].T).mul_(layers[layer].sign()) -> "
        "if True: passed = (delta @ weights[layer].T).mul_(layers[layer].sign())": _UNUSED,
        "layer > 0 -> layer >= 0": _UNUSED,
    },
    "chapter_16.exact_accuracy": {"float(hits / counts) -> hits / counts": _NUMBER},
    "chapter_17.epochs_of": {
        "DistributedSampler(rows, workers, rank, shuffle=True, drop_last=True) -> "
        "DistributedSampler(rows, workers, rank, drop_last=True)": "shuffle=True is its default",
    },
    "chapter_17.combined_mean": {
        "float((batch_means * batch_sizes).sum() / batch_sizes.sum()) -> "
        "(batch_means * batch_sizes).sum() / batch_sizes.sum()": _NUMBER,
    },
    "chapter_17.choose_and_report": {
        "float(test_hits[winner].mean()) -> test_hits[winner].mean()": _NUMBER,
        "validation_hits.mean(axis=1) -> validation_hits.sum(axis=1)":
            "every model meets the same samples, so the largest sum has the largest mean",
    },
    "chapter_17.fit_line": {
        "parameters.detach() -> parameters": "the numbers are the same, with or without a history",
    },
    "chapter_17.brightness": {"totals >= 0 -> totals > 0": _AT_ZERO},
}
