"""The arguments with which every curve of the catalogues is held against the class itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

_TORCH: Mapping[str, Sequence[str]] = {
    "torch.optim.lr_scheduler.StepLR": [
        "step_size=7",
        "step_size=1, gamma=0.97",
        "step_size=30, gamma=1.1",
        "step_size=2.5",
    ],
    "torch.optim.lr_scheduler.MultiStepLR": [
        "milestones=[30, 60]",
        "milestones=(40, 5, 5, 20), gamma=0.5",
        "milestones=[0, 10.0, 10.5, 200], gamma=1.3",
        "milestones=[]",
    ],
    "torch.optim.lr_scheduler.ConstantLR": [
        "",
        "factor=0.7, total_iters=50",
        "factor=0.5, total_iters=0",
        "factor=0.25, total_iters=7.5",
        "factor=0.0, total_iters=20",
    ],
    "torch.optim.lr_scheduler.LinearLR": [
        "",
        "start_factor=1.0, end_factor=0.0, total_iters=40",
        "start_factor=0.01, total_iters=500",
        "start_factor=0.5, total_iters=0",
        "start_factor=0.2, end_factor=0.9, total_iters=10.5",
    ],
    "torch.optim.lr_scheduler.ExponentialLR": ["gamma=0.9", "gamma=1.0", "gamma=1.02", "gamma=0.5"],
    "torch.optim.lr_scheduler.PolynomialLR": [
        "",
        "total_iters=60, power=0.9",
        "total_iters=30, power=2.0",
        "total_iters=0",
        "total_iters=20.5, power=0.5",
        "total_iters=20, power=-1.0",
    ],
    "torch.optim.lr_scheduler.CosineAnnealingLR": [
        "T_max=50",
        "T_max=7, eta_min=0.001",
        "T_max=1",
        "T_max=20, eta_min=0.3",
        "T_max=1000",
        "T_max=12.5",
    ],
    "torch.optim.lr_scheduler.CosineAnnealingWarmRestarts": [
        "T_0=10",
        "T_0=3, T_mult=2, eta_min=0.001",
        "T_0=1, T_mult=3",
        "T_0=1",
        "T_0=200, eta_min=0.2",
    ],
    "torch.optim.lr_scheduler.CyclicLR": [
        "base_lr=0.01, max_lr=0.1, step_size_up=8",
        "base_lr=0.01, max_lr=0.1, step_size_up=5, step_size_down=12, mode='triangular2'",
        "base_lr=0.001, max_lr=1.0, step_size_up=6, mode='exp_range', gamma=0.97",
        "base_lr=0.1, max_lr=0.05",
        "base_lr=0.01, max_lr=0.1, step_size_up=6, scale_fn=lambda x: 1 / (1 + x), scale_mode='iterations'",
        "base_lr=0.01, max_lr=0.1, step_size_up=3, scale_fn=lambda x: 0.5 ** x",
    ],
    "torch.optim.lr_scheduler.OneCycleLR": [
        "max_lr=0.5, total_steps=60",
        "max_lr=0.5, total_steps=50, pct_start=0.2, anneal_strategy='linear', div_factor=10, final_div_factor=100",
        "max_lr=1.0, epochs=6, steps_per_epoch=10, three_phase=True",
        "max_lr=1.0, total_steps=61, three_phase=True, anneal_strategy='linear', pct_start=0.4",
        "max_lr=0.5, total_steps=20, pct_start=0.0",
        "max_lr=0.5, total_steps=20, pct_start=1.0",
        "max_lr=0.3, total_steps=300",
    ],
    "torch.optim.lr_scheduler.LambdaLR": [
        "lr_lambda=lambda epoch: 0.95 ** epoch",
        "lr_lambda=[lambda e: min(1, (e + 1) / 10) if e < 20 else 1 / (e - 18) ** 0.5]",
        "lr_lambda=lambda e: 0.5 * (1 + math.cos(math.pi * (e % 25) / 25)) if e else 0.0",
    ],
    "torch.optim.lr_scheduler.MultiplicativeLR": [
        "lr_lambda=lambda epoch: 0.97",
        "lr_lambda=[lambda e: 1 - 1 / (e + 2)]",
        "lr_lambda=lambda e: 1.1 if e % 3 == 0 else 0.9",
    ],
    "torch.optim.swa_utils.SWALR": [
        "swa_lr=0.05",
        "swa_lr=0.5, anneal_epochs=30, anneal_strategy='linear'",
        "swa_lr=0.01, anneal_epochs=0",
        "swa_lr=0.01, anneal_epochs=1",
        "swa_lr=0.3, anneal_epochs=100",
    ],
}
_PADDLE: Mapping[str, Sequence[str]] = {
    "paddle.optimizer.lr.StepDecay": [
        "learning_rate=0.1, step_size=7",
        "learning_rate=0.5, step_size=1, gamma=0.97",
        "learning_rate=1, step_size=100, gamma=-0.5",
    ],
    "paddle.optimizer.lr.MultiStepDecay": [
        "learning_rate=0.1, milestones=[30, 60]",
        "learning_rate=0.5, milestones=(0, 5, 20.5), gamma=0.5",
        "learning_rate=0.1, milestones=[]",
    ],
    "paddle.optimizer.lr.PiecewiseDecay": [
        "boundaries=[5], values=[0.05, 0.1]",
        "boundaries=[10, 20, 20, 40], values=[0.1, 0.2, 0.3, 0.4, 0.5]",
        "boundaries=(0, 30), values=[0.1, 0.2, 0.3, 0.4]",
    ],
    "paddle.optimizer.lr.LinearLR": [
        "learning_rate=0.1, total_steps=5",
        "learning_rate=0.1, total_steps=40, start_factor=1.0, end_factor=0.0",
        "learning_rate=0.5, total_steps=500, start_factor=0.01",
        "learning_rate=0.5, total_steps=10.5, start_factor=0.2, end_factor=0.9",
    ],
    "paddle.optimizer.lr.ExponentialDecay": [
        "learning_rate=0.1, gamma=0.9",
        "learning_rate=2.0, gamma=0.999",
        "learning_rate=0.1, gamma=0.5",
    ],
    "paddle.optimizer.lr.PolynomialDecay": [
        "learning_rate=0.1, decay_steps=30, end_lr=0.0",
        "learning_rate=0.1, decay_steps=60, power=0.9",
        "learning_rate=0.1, decay_steps=13, end_lr=0.01, power=2.0, cycle=True",
    ],
    "paddle.optimizer.lr.CosineAnnealingDecay": [
        "learning_rate=0.1, T_max=50",
        "learning_rate=0.1, T_max=7, eta_min=0.001",
        "learning_rate=0.1, T_max=1",
        "learning_rate=0.1, T_max=20, eta_min=0.3",
    ],
    "paddle.optimizer.lr.CosineAnnealingWarmRestarts": [
        "learning_rate=0.1, T_0=10",
        "learning_rate=0.1, T_0=3, T_mult=2, eta_min=0.001",
        "learning_rate=0.1, T_0=1, T_mult=3",
        "learning_rate=0.1, T_0=1",
    ],
    "paddle.optimizer.lr.CyclicLR": [
        "base_learning_rate=0.01, max_learning_rate=0.1, step_size_up=8",
        "base_learning_rate=0.01, max_learning_rate=0.1, step_size_up=5, step_size_down=12, mode='triangular2'",
        "base_learning_rate=0.001, max_learning_rate=1.0, step_size_up=6, mode='exp_range', exp_gamma=0.97",
        "base_learning_rate=0.1, max_learning_rate=0.5, step_size_up=6, scale_fn=lambda x: 1 / (1 + x), scale_mode='iterations'",
        "base_learning_rate=0.1, max_learning_rate=0.5, step_size_up=3, scale_fn=lambda x: 0.5 ** x",
    ],
    "paddle.optimizer.lr.OneCycleLR": [
        "max_learning_rate=0.5, total_steps=60",
        "max_learning_rate=0.5, total_steps=50, phase_pct=0.2, anneal_strategy='linear', divide_factor=10, end_learning_rate=0.01",
        "max_learning_rate=1.0, total_steps=60, three_phase=True",
        "max_learning_rate=1.0, total_steps=61, three_phase=True, anneal_strategy='linear', phase_pct=0.4",
        "max_learning_rate=0.5, total_steps=20, phase_pct=0.0",
        "max_learning_rate=0.5, total_steps=20, phase_pct=1.0",
    ],
    "paddle.optimizer.lr.LambdaDecay": [
        "learning_rate=0.1, lr_lambda=lambda epoch: 0.95 ** epoch",
        "learning_rate=2.0, lr_lambda=lambda e: min(1, (e + 1) / 10) if e < 20 else 1 / (e - 18) ** 0.5",
        "learning_rate=0.1, lr_lambda=lambda e: 0.5 * (1 + math.cos(math.pi * (e % 25) / 25)) if e else 0.0",
    ],
    "paddle.optimizer.lr.MultiplicativeDecay": [
        "learning_rate=0.1, lr_lambda=lambda epoch: 0.97",
        "learning_rate=2.0, lr_lambda=lambda e: 1 - 1 / (e + 2)",
        "learning_rate=0.1, lr_lambda=lambda e: 1.1 if e % 3 == 0 else 0.9",
    ],
    "paddle.optimizer.lr.LinearWarmup": [
        "learning_rate=0.1, warmup_steps=10, start_lr=0.0, end_lr=0.1",
        "learning_rate=0.05, warmup_steps=1, start_lr=0.01, end_lr=0.1",
        "learning_rate=0.5, warmup_steps=100, start_lr=0.1, end_lr=0.4",
    ],
}
_MINDSPORE: Mapping[str, Sequence[str]] = {
    "mindspore.experimental.optim.lr_scheduler.StepLR": [
        "step_size=7",
        "step_size=1, gamma=0.97",
        "step_size=30, gamma=1.1",
    ],
    "mindspore.experimental.optim.lr_scheduler.MultiStepLR": [
        "milestones=[30, 60]",
        "milestones=[40, 5, 5, 20], gamma=0.5",
        "milestones=[0, 10, 200], gamma=1.3",
    ],
    "mindspore.experimental.optim.lr_scheduler.ConstantLR": [
        "",
        "factor=0.7, total_iters=50",
        "factor=0.5, total_iters=0",
    ],
    "mindspore.experimental.optim.lr_scheduler.LinearLR": [
        "",
        "start_factor=1.0, end_factor=0.0, total_iters=40",
        "start_factor=0.01, total_iters=500",
        "start_factor=0.5, total_iters=0",
    ],
    "mindspore.experimental.optim.lr_scheduler.ExponentialLR": ["gamma=0.9", "gamma=1.0", "gamma=1.02"],
    "mindspore.experimental.optim.lr_scheduler.PolynomialLR": [
        "",
        "total_iters=60, power=0.9",
        "total_iters=30, power=2.0",
        "total_iters=0",
    ],
    "mindspore.experimental.optim.lr_scheduler.CosineAnnealingLR": [
        "T_max=50",
        "T_max=17, eta_min=0.001",
        "T_max=20, eta_min=0.3",
        "T_max=1000",
    ],
    "mindspore.experimental.optim.lr_scheduler.CosineAnnealingWarmRestarts": [
        "T_0=10",
        "T_0=3, T_mult=2, eta_min=0.001",
        "T_0=1, T_mult=3",
        "T_0=1",
    ],
    "mindspore.experimental.optim.lr_scheduler.CyclicLR": [
        "base_lr=0.01, max_lr=0.1, step_size_up=8",
        "base_lr=0.01, max_lr=0.1, step_size_up=5, step_size_down=12, mode='triangular2'",
        "base_lr=0.001, max_lr=1.0, step_size_up=6, mode='exp_range', gamma=0.97",
        "base_lr=0.01, max_lr=0.1, step_size_up=6, scale_fn=lambda x: 1 / (1 + int(x)), scale_mode='iterations'",
    ],
    "mindspore.experimental.optim.lr_scheduler.LambdaLR": [
        "lr_lambda=lambda epoch: 0.95 ** int(epoch)",
        "lr_lambda=[lambda e: min(1, (int(e) + 1) / 10) if int(e) < 20 else 1 / (int(e) - 18) ** 0.5]",
        "lr_lambda=lambda e: 0.5 * (1 + math.cos(math.pi * (int(e) % 25) / 25)) if int(e) else 0.0",
    ],
    "mindspore.experimental.optim.lr_scheduler.MultiplicativeLR": [
        "lr_lambda=lambda epoch: 0.97",
        "lr_lambda=[lambda e: 1 - 1 / (int(e) + 2)]",
        "lr_lambda=lambda e: 1.1 if int(e) % 3 == 0 else 0.9",
    ],
    "mindspore.nn.ExponentialDecayLR": [
        "learning_rate=0.1, decay_rate=0.9, decay_steps=1",
        "learning_rate=0.1, decay_rate=0.5, decay_steps=7, is_stair=True",
        "learning_rate=2.0, decay_rate=1.1, decay_steps=30",
    ],
    "mindspore.nn.PolynomialDecayLR": [
        "learning_rate=0.1, end_learning_rate=0.0, decay_steps=30, power=1.0",
        "learning_rate=0.05, end_learning_rate=0.1, decay_steps=60, power=0.9",
        "learning_rate=0.1, end_learning_rate=0.01, decay_steps=13, power=2.0, update_decay_steps=True",
    ],
}
CASES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "torch": _TORCH,
    "paddle": _PADDLE,
    "mindspore": _MINDSPORE,
}
"""By framework and class: the arguments, as text, but for the optimizer."""

BASE_RATES = (0.1, 0.05, 2.0)
"""The rates of the optimizers, in turn."""

COMBINED: Sequence[str] = (
    "SequentialLR([LinearLR(start_factor=0.1, total_iters=10), CosineAnnealingLR(T_max=50)], [10])",
    "SequentialLR([ConstantLR(factor=0.5, total_iters=20), StepLR(step_size=7), ExponentialLR(gamma=0.9)], [12, 40])",
    "SequentialLR([LambdaLR(lr_lambda=lambda e: (e + 1) / 5), CosineAnnealingWarmRestarts(T_0=4, T_mult=2)], [5])",
    "SequentialLR([CosineAnnealingWarmRestarts(T_0=6), PolynomialLR(total_iters=20, power=2.0)], [30])",
    "SequentialLR([MultiplicativeLR(lr_lambda=lambda e: 0.9), MultiStepLR(milestones=[0, 5])], [0])",
    "SequentialLR([ConstantLR(total_iters=0), ConstantLR(factor=0.5, total_iters=4), LinearLR()], [3, 9])",
    "SequentialLR([MultiplicativeLR(lr_lambda=lambda e: 0.9), LambdaLR(lr_lambda=lambda e: 0.5 ** e)], [8])",
    "SequentialLR([ExponentialLR(gamma=0.8)], [])",
    "ChainedScheduler([ConstantLR(factor=0.1, total_iters=4), ExponentialLR(gamma=0.95)])",
    "ChainedScheduler([StepLR(step_size=9, gamma=0.5), LinearLR(), MultiplicativeLR(lr_lambda=lambda e: 0.99)])",
    "ChainedScheduler([MultiStepLR(milestones=[7, 30]), PolynomialLR(total_iters=50), CosineAnnealingLR(T_max=60)])",
    "ChainedScheduler([CosineAnnealingLR(T_max=15), ExponentialLR(gamma=0.95)])",
    "ChainedScheduler([LinearLR(total_iters=30), CosineAnnealingLR(T_max=9, eta_min=0.02), StepLR(step_size=20)])",
    "ChainedScheduler([PolynomialLR(total_iters=10), CosineAnnealingLR(T_max=7)])",
    "ChainedScheduler([LambdaLR(lr_lambda=lambda e: 1 / (e + 2)), ExponentialLR(gamma=0.95)])",
    "ChainedScheduler([ExponentialLR(gamma=0.95), CosineAnnealingWarmRestarts(T_0=8)])",
)
"""Schedulers made of others: the parts without their optimizer."""

UNCERTAIN: Sequence[str] = (
    "SequentialLR([LinearLR(), MultiplicativeLR(lr_lambda=lambda e: 0.9)], [5])",
    "SequentialLR([LinearLR(), CyclicLR(base_lr=0.1, max_lr=0.5)], [5])",
    "SequentialLR([LinearLR(), ConstantLR(total_iters=0)], [5])",
    "ChainedScheduler([ExponentialLR(gamma=0.95), CyclicLR(base_lr=0.1, max_lr=0.5)])",
)
"""Such whose rates no curve says: a part of them begins with the rate that it finds, or sets it."""
