"""Trains a small network on noisy patterns: parameter groups, warm-up, clipping, checkpoints, evaluation."""

import argparse
from pathlib import Path

import numpy as np
import math
import mindspore
from mindspore import nn, ops
from mindspore.experimental.optim.lr_scheduler import LambdaLR

CLASSES, SIZE = 4, 8
EPOCHS, STEPS, BATCH = 4, 20, 64
WARM_UP = 20


class Network(nn.Cell):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, pad_mode="pad", padding=1, has_bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, pad_mode="pad", padding=1, has_bias=True)
        self.head = nn.Dense(16 * 4 * 4, CLASSES)

    def construct(self, images):
        x = ops.gelu(self.norm(self.conv1(images)))
        x = ops.gelu(self.conv2(ops.avg_pool2d(x, 2, 2)))
        return self.head(x.flatten(start_dim=1))


def make_data(seed, count):
    """One pattern per class, with noise."""
    patterns = np.random.default_rng(0).standard_normal((CLASSES, 1, SIZE, SIZE))
    rng = np.random.default_rng(seed)
    labels = rng.integers(CLASSES, size=count)
    images = patterns[labels] + 2.5 * rng.standard_normal((count, 1, SIZE, SIZE))
    return images.astype(np.float32), labels


def batches(images, labels, epoch):
    order = np.random.default_rng(epoch).permutation(len(labels))
    for chosen in order.reshape(STEPS, BATCH):
        yield mindspore.Tensor(images[chosen]), mindspore.Tensor(labels[chosen], mindspore.int32)


def train(model, optimizer, scheduler, data):
    model.set_train()
    losses = []

    def forward_fn(images, labels):
        loss = ops.cross_entropy(model(images), labels)
        return loss

    grad_fn = mindspore.value_and_grad(forward_fn, None, optimizer.parameters)

    for images, labels in data:
        loss, grads = grad_fn(images, labels)
        grads = mindspore.ops.clip_by_norm(grads, max_norm=1.0)
        optimizer(grads)
        scheduler.step()
        losses.append(loss.item())
    return losses


def evaluate(model, images, labels):
    model.set_train(False)
    logits = model(mindspore.Tensor(images))
    return (logits.argmax(1).asnumpy() == labels).mean()


def load_start(model, path):
    """The weights before the first step, which train_torch.py wrote."""
    norms = [name for name, layer in model.cells_and_names() if isinstance(layer, nn.BatchNorm2d)]
    renamed = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
    for name, value in np.load(path).items():
        layer, _, last = name.rpartition(".")
        if last != "num_batches_tracked":
            parameter = f"{layer}.{renamed[last]}" if layer in norms else name
            model.parameters_dict()[parameter].set_data(mindspore.Tensor(value))


def training_state(model, optimizer):
    """Everything that a checkpoint holds, by its name: weights and statistics, moments, rates, the number of steps."""
    parameters = [*model.get_parameters(), *optimizer.get_parameters(), *optimizer.lrs]
    return {p.name: p for p in parameters}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--start", help="read the first weights from this file")
    parser.add_argument("--stop-after", type=int, default=EPOCHS, help="the number of epochs to train")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--log", default="losses.txt", help="the loss of each step is appended to this file")
    args = parser.parse_args()

    mindspore.set_seed(0)
    model = Network()
    if args.start:
        load_start(model, args.start)
    decayed = [p for p in model.trainable_params() if p.dim() > 1]
    others = [p for p in model.trainable_params() if p.dim() <= 1]
    optimizer = mindspore.experimental.optim.AdamW(
        [
            {"params": decayed, "weight_decay": 0.05},
            {"params": others, "weight_decay": 0.0},  # biases and the normalization
        ],
        lr=3e-3,
    )
    warm_up = lambda epoch, total_iters=WARM_UP: 0.1 + 0.9 * epoch / total_iters
    cosine = lambda epoch, T_max=EPOCHS * STEPS - WARM_UP: (1 + math.cos(math.pi * epoch / T_max)) / 2
    scheduler = LambdaLR(optimizer, lr_lambda=lambda epoch, boundary=WARM_UP: warm_up(int(epoch)) if int(epoch) < boundary else cosine(int(epoch) - boundary))

    first = 0
    if args.resume:
        checkpoint = mindspore.load_checkpoint("checkpoint.ckpt")
        first = int(checkpoint.pop("epochs"))
        scheduler.step(int(checkpoint.pop("steps")))
        for name, parameter in training_state(model, optimizer).items():
            ops.assign(parameter, checkpoint[name])
    else:
        Path(args.log).unlink(missing_ok=True)

    images, labels = make_data(seed=1, count=STEPS * BATCH)
    for epoch in range(first, args.stop_after):
        losses = train(model, optimizer, scheduler, batches(images, labels, epoch))
        accuracy = evaluate(model, *make_data(seed=2, count=1000))
        rate = scheduler.get_last_lr()[0].item()
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}, accuracy {accuracy:.3f}, learning rate {rate:.6f}")
        with Path(args.log).open("a") as log:
            log.writelines(f"{loss:.7f}\n" for loss in losses)
        state = {**training_state(model, optimizer), "steps": scheduler.last_epoch, "epochs": epoch + 1}
        data = [{"name": name, "data": mindspore.Tensor(value)} for name, value in state.items()]
        mindspore.save_checkpoint(data, "checkpoint.ckpt")


if __name__ == "__main__":
    main()
