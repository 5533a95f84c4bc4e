"""The columns of every table, in order and typed."""

COMBINATION = {"task": "str", "encoder": "str", "architecture": "str"}
RUN = {**COMBINATION, "seed": "int64", "learning_rate": "float64"}
SCHEMAS: dict[str, dict[str, str]] = {
    # One row for each score of a trained network. split: train, validation, test and the further tests of the task
    # (test_longer, pairs, ...), or gap (train minus test) and gap_at_end (train minus validation after the last
    # step).
    "scores": {**RUN, "selected": "bool", "split": "str", "metric": "str", "value": "float64"},
    # One row for each run. status: done, diverged or failed; missing while it is to come. `selected`: it has the
    # learning rate chosen on validation. family: what the task is called together with those that differ from it in a
    # setting. chosen_by: the metric of that choice. engine, engine_reason: what trained it, and why. A failed run has
    # no numbers. steps: those of its training; best_step: after which the weights were best on validation, and kept;
    # stopped_by: plateau (validation had stopped improving), maximum (it had the most steps that are allowed) or
    # diverged. command: the command that trains a run again that failed or diverged.
    "runs": {
        **RUN,
        "family": "str",
        "selected": "bool",
        "status": "str",
        "message": "str",
        "hidden": "Int64",
        "parameters": "Int64",
        "parameters_input": "Int64",
        "parameters_recurrent": "Int64",
        "parameters_readout": "Int64",
        "steps": "Int64",
        "best_step": "Int64",
        "stopped_by": "str",
        "seconds": "float64",
        "chosen_by": "str",
        "device": "str",
        "engine": "str",
        "engine_reason": "str",
        "digest": "str",
        "command": "str",
    },
    # What each architecture is: its cell, layers and directions, and how many words on each side it reads.
    # start: the settings of the cell that change its initial weights alone, settings: the others, both as JSON; two
    # networks that differ in `start` alone are one network with two initializations. base: its name in the
    # configuration, the same at every size; size: what its width comes from; fair: networks of the same `fair` are
    # comparable, and in which way.
    "architectures": {
        "architecture": "str",
        "base": "str",
        "cell": "str",
        "layers": "int64",
        "bidirectional": "bool",
        "window": "int64",
        "settings": "str",
        "start": "str",
        "size": "str",
        "fair": "str",
    },
    # Learning curves: scores during training, on validation and on as many training sequences. step: 0 before training.
    "history": {**RUN, "step": "int64", "split": "str", "metric": "str", "value": "float64"},
    # The same scores of the selected runs on the words that the task marks with a phenomenon.
    "phenomena": {**RUN, "split": "str", "phenomenon": "str", "metric": "str", "value": "float64"},
    # The scores of the oracle, which gives every position its most probable answer, seeing the word alone, the prefix
    # up to it, or the sentence. value: what it expects, mean over the corpora of all seeds; for token and slot accuracy
    # of a whole split from the probabilities of the labels, where they are known. No tagger can expect a better token
    # accuracy; the others are scores of that tagger. realised: the mean of its scores on the labels that were drawn.
    # standard_error: that of `value` over the corpora. phenomenon: "all" for the whole split.
    "ceilings": {
        "task": "str",
        "split": "str",
        "information": "str",
        "phenomenon": "str",
        "metric": "str",
        "value": "float64",
        "realised": "float64",
        "standard_error": "float64",
    },
    # The gap of a selected run to the ceiling of what it can see, on the same sequences; a run beats its ceiling when
    # this is below 0 by several standard errors.
    "shortfalls": {
        **RUN,
        "split": "str",
        "information": "str",
        "metric": "str",
        "value": "float64",
        "standard_error": "float64",
    },
    # The memory horizon: the longest lag, as its setting, at which a network's mean calibrated score is at least
    # 0.9, there and at all shorter ones that were tried; 0 if there is none. low, high: the interval over blocks.
    # censored: "<" where not even the shortest lag that was tried is solved, ">" where all are. converged: the network
    # was trained to a plateau at every lag up to the first that it does not solve, so that more training would not
    # move the horizon.
    "horizons": {
        "task": "str",
        "setting": "str",
        "encoder": "str",
        "architecture": "str",
        "horizon": "int64",
        "low": "int64",
        "high": "int64",
        "censored": "str",
        "shortest": "int64",
        "longest": "int64",
        "converged": "bool",
    },
    # What is known of every memory task before training. family, setting, at: tasks that differ in this setting alone,
    # and its value here; lag: the fewest steps for which the first thing that matters must be kept; metric,
    # without_memory: the metric of the task's paper, and its value without memory, as the paper has it. calibrated_by,
    # zero: the metric of calibrated scores, and the value that 0 stands for: that of the best tagger that sees the
    # present step alone.
    "memory_tasks": {
        "task": "str",
        "kind": "str",
        "family": "str",
        "setting": "str",
        "at": "int64",
        "lag": "int64",
        "metric": "str",
        "without_memory": "float64",
        "calibrated_by": "str",
        "zero": "float64",
        "literature": "str",
    },
    # Calibrated scores of the selected runs: 0 without memory, 1 the oracle. times: how many times as long as in
    # training the sequences of the split are; standard_error: that of the split's sequences, as if drawn anew.
    "calibrated": {
        **RUN,
        "split": "str",
        "times": "int64",
        "value": "float64",
        "standard_error": "float64",
    },
    # The evidence for each claim of the lecture, of papers, and of the user. estimate: the first side's score minus the
    # second's, mean over blocks (seeds) of the mean over tasks and encoders; low, high: its 95 % interval for other
    # blocks. margin: smaller differences do not matter; reason: why not. p_value: of no difference, corrected for all
    # tests of its family (lecture, papers, encoders, yours) that have data. What is counted and not tested has the
    # family "exact"; its runs are what was counted. improvement: the share of blocks in which the first is above the
    # second. detectable: the smallest difference that so many blocks with that spread find four times in five.
    # verdict: supported, contradicted, equivalent (the difference is smaller than the margin) or undecided; provisional
    # unless `converged`: see the table of that name. fair: in which way the networks are comparable. scope: for what
    # the verdict holds; why: why this tests the sentence.
    "claims": {
        "claim": "str",
        "contrast": "str",
        "estimate": "float64",
        "low": "float64",
        "high": "float64",
        "margin": "float64",
        "verdict": "str",
        "p_value": "float64",
        "improvement": "float64",
        "detectable": "float64",
        "metric": "str",
        "runs": "int64",
        "converged": "bool",
        "fair": "str",
        "source": "str",
        "family": "str",
        "scope": "str",
        "sentence": "str",
        "why": "str",
        "reason": "str",
        "text": "str",
    },
    # How much the selected runs overfit. gap: train minus test after the best step, mean over seeds, low and
    # high its 95 % interval; gap_at_end: train minus validation after the last step.
    "overfitting": {
        **COMBINATION,
        "metric": "str",
        "gap": "float64",
        "low": "float64",
        "high": "float64",
        "gap_at_end": "float64",
        "low_at_end": "float64",
        "high_at_end": "float64",
        "runs": "int64",
    },
    # When the selected runs' loss on validation was lowest. step: mean over seeds, low and high its 95 % interval;
    # steps: how many the runs took, mean over seeds; turned: share of the runs whose loss rose after that; rise: by how
    # much, until the last step of each run, on average.
    "turning": {
        **COMBINATION,
        "runs": "int64",
        "steps": "int64",
        "step": "float64",
        "low": "float64",
        "high": "float64",
        "turned": "float64",
        "rise": "float64",
    },
    # The search for each learning rate: the rates that were tried, each on so many blocks. validation: mean over these
    # of the metric by which the task chooses, low and high its 95 % interval; selected: all blocks were trained at this
    # rate; edge: it is the lowest or the highest of several, so that the best may lie beyond.
    "tuning": {
        **COMBINATION,
        "learning_rate": "float64",
        "metric": "str",
        "blocks": "int64",
        "validation": "float64",
        "low": "float64",
        "high": "float64",
        "selected": "bool",
        "edge": "bool",
    },
    # How the training of the selected runs ended, in shares of them. converged: at most a tenth had the most steps that
    # are allowed, and might have improved further; else no score of this network is final.
    "convergence": {
        **COMBINATION,
        "runs": "int64",
        "plateau": "float64",
        "maximum": "float64",
        "diverged": "float64",
        "converged": "bool",
    },
    # Who is best on a task behind each encoder, best first. mean: of the test scores of the blocks (seeds) that all
    # networks have, low and high its 95 % interval. behind: the mean of the best minus this one, paired by block, with
    # its interval; best_above: the share of blocks in which the best is above this one, equal ones half. spread: the
    # standard deviation over blocks; spread_p: of all networks having the same (Brown and Forsythe): without it no
    # network is called more stable than another.
    "rankings": {
        "task": "str",
        "fair": "str",
        "metric": "str",
        "encoder": "str",
        "architecture": "str",
        "mean": "float64",
        "low": "float64",
        "high": "float64",
        "behind": "float64",
        "behind_low": "float64",
        "behind_high": "float64",
        "best_above": "float64",
        "blocks": "int64",
        "spread": "float64",
        "spread_p": "float64",
    },
    # In which direction each metric is better: higher or lower. A gap of any of them is no score, and has none.
    "metrics": {"metric": "str", "direction": "str", "meaning": "str"},
    # Every signal of a network, step by step, on the first example sequence: output a, states, gates behind
    # their activation; by layer, direction and unit. Of each combination the selected run that is best on validation,
    # on memory tasks whose sequence is short; and of hand-set networks. A Jordan network's y is in its
    # own unit: standard deviations of the training targets.
    "traces": {
        **RUN,
        "layer": "int64",
        "direction": "str",
        "step": "int64",
        "signal": "str",
        "unit": "int64",
        "value": "float64",
    },
    # Baselines: classical taggers, trained on the same sentences, and networks with hand-set weights.
    "rivals": {
        "task": "str",
        "rival": "str",
        "split": "str",
        "phenomenon": "str",
        "metric": "str",
        "value": "float64",
    },
    # Whether a corpus has shortcuts: figures, and the limits that they must not be above (none: no number).
    "audit": {"task": "str", "measure": "str", "part": "str", "value": "float64", "limit": "float64"},
    # Facts about a task's corpora, a number each: means over the corpora of all seeds. kind: the file in tasks/ that
    # the task is of; family: as in `runs`.
    "corpora": {"task": "str", "kind": "str", "family": "str", "split": "str", "fact": "str", "value": "float64"},
    # kind: the file in encoders/ that the encoder is of. dimension: as the lecture counts it; codes: dimensions that a
    # training word uses, the ones that are trained; collisions: training words that share their code with another;
    # shares are of the test split's words. All are means over the corpora of all seeds.
    "encoders": {
        "task": "str",
        "encoder": "str",
        "kind": "str",
        "dimension": "float64",
        "codes": "float64",
        "training_words": "float64",
        "collisions": "float64",
        "unseen_share": "float64",
        "uncoded_share": "float64",
    },
    # The answers of every selected network on the examples. Labels: a row and a probability for each label (`output`).
    # Numbers: output is y1, y2, ... and value the network's answer, right when closer to the target than `tolerance`.
    # An empty target: the position has none.
    "showcase": {
        **RUN,
        "sequence": "int64",
        "position": "int64",
        "input": "str",
        "target": "str",
        "output": "str",
        "value": "float64",
        "tolerance": "float64",
    },
}
BENCH = "bench"
MEASURED: dict[str, dict[str, str]] = {
    # What `rnnbench bench` measured on this machine. measure: steps a second of an engine (of a stack all runs
    # count), their ratio to torch.nn one network at a time, and the peak_share, that of a core's fastest
    # multiply-adds that its matrix products come to; start_up; experiment_wall, experiment_seconds and
    # experiment_share of the last run of the experiment, by what they went into; run_seconds from end to end, and
    # their ratio. On a GPU, of so many runs together: gpu_steps a second over all runs, their gpu_ratio to torch.nn
    # with one run at a time, the gpu_arithmetic_share and gpu_bytes_share of what its arithmetic and its memory would
    # allow, and both as gpu_peak. What does not apply is empty.
    BENCH: {
        "measure": "str",
        "subject": "str",
        "reads": "str",
        "hidden": "Int64",
        "length": "Int64",
        "runs": "Int64",
        "engine": "str",
        "value": "float64",
        "unit": "str",
    },
}
"""Tables that do not come from an experiment and may not be there."""
RATES = ("steps", "steps_ratio", "peak_share")
"""The measures of BENCH that every workload has."""
GPU_RATES = ("gpu_steps", "gpu_ratio", "gpu_arithmetic_share", "gpu_bytes_share")
"""The measures of BENCH that every workload has on a GPU."""
