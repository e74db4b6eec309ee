"""Trains a small network on noisy patterns: parameter groups, warm-up, clipping, checkpoints, evaluation."""

import argparse
from pathlib import Path

import numpy as np
import paddle
from paddle import nn
from paddle.nn import functional as F
from paddle.optimizer.lr import CosineAnnealingDecay, LinearWarmup

CLASSES, SIZE = 4, 8
EPOCHS, STEPS, BATCH = 4, 20, 64
WARM_UP = 20


class Network(nn.Layer):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2D(1, 8, 3, padding=1, bias_attr=False)
        self.norm = nn.BatchNorm2D(8)
        self.conv2 = nn.Conv2D(8, 16, 3, padding=1)
        self.head = nn.Linear(16 * 4 * 4, CLASSES)

    def forward(self, images):
        x = F.gelu(self.norm(self.conv1(images)))
        x = F.gelu(self.conv2(F.avg_pool2d(x, 2)))
        return self.head(x.flatten(1))


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
        yield paddle.to_tensor(images[chosen]), paddle.to_tensor(labels[chosen])


def train(model, optimizer, scheduler, data):
    model.train()
    losses = []
    for images, labels in data:
        loss = F.cross_entropy(model(images), labels)
        optimizer.clear_grad(set_to_zero=False)
        loss.backward()
        paddle.nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return losses


@paddle.no_grad()
def evaluate(model, images, labels):
    model.eval()
    logits = model(paddle.to_tensor(images))
    return (logits.argmax(1).numpy() == labels).mean()


def load_start(model, path):
    """The weights before the first step, which train_torch.py wrote."""
    weights = {name: value for name, value in np.load(path).items() if not name.endswith("num_batches_tracked")}
    linear = [f"{name}.weight" for name, layer in model.named_sublayers() if isinstance(layer, nn.Linear)]
    for name in linear:
        weights[name] = weights[name].T
    for name in list(weights):
        renamed = name.replace("running_mean", "_mean").replace("running_var", "_variance")
        weights[renamed] = paddle.to_tensor(weights.pop(name))
    model.set_state_dict(weights)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--start", help="read the first weights from this file")
    parser.add_argument("--stop-after", type=int, default=EPOCHS, help="the number of epochs to train")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--log", default="losses.txt", help="the loss of each step is appended to this file")
    args = parser.parse_args()

    paddle.seed(0)
    model = Network()
    if args.start:
        load_start(model, args.start)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = paddle.optimizer.AdamW(
        parameters=[
            {"params": decayed, "weight_decay": 0.05},
            {"params": others, "weight_decay": 0.0},  # biases and the normalization
        ],
        learning_rate=3e-3,
    )
    cosine = CosineAnnealingDecay(learning_rate=optimizer.get_lr(), T_max=EPOCHS * STEPS - WARM_UP)
    scheduler = LinearWarmup(learning_rate=cosine, warmup_steps=WARM_UP, start_lr=optimizer.get_lr() * 0.1, end_lr=optimizer.get_lr())
    optimizer.set_lr_scheduler(scheduler)

    first = 0
    if args.resume:
        checkpoint = paddle.load("checkpoint.pdparams")
        model.set_state_dict(checkpoint["model"])
        optimizer.set_state_dict(checkpoint["optimizer"])
        scheduler.set_state_dict(checkpoint["scheduler"])
        first = checkpoint["epochs"]
    else:
        Path(args.log).unlink(missing_ok=True)

    images, labels = make_data(seed=1, count=STEPS * BATCH)
    for epoch in range(first, args.stop_after):
        losses = train(model, optimizer, scheduler, batches(images, labels, epoch))
        accuracy = evaluate(model, *make_data(seed=2, count=1000))
        rate = scheduler()
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}, accuracy {accuracy:.3f}, learning rate {rate:.6f}")
        with Path(args.log).open("a") as log:
            log.writelines(f"{loss:.7f}\n" for loss in losses)
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        paddle.save({**state, "scheduler": scheduler.state_dict(), "epochs": epoch + 1}, "checkpoint.pdparams")


if __name__ == "__main__":
    main()
