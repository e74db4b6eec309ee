"""Trains a small network on noisy patterns: parameter groups, warm-up, clipping, checkpoints, evaluation."""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

CLASSES, SIZE = 4, 8
EPOCHS, STEPS, BATCH = 4, 20, 64
WARM_UP = 20


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 8, 3, padding=1, bias=False)
        self.norm = nn.BatchNorm2d(8)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
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
        yield torch.from_numpy(images[chosen]), torch.from_numpy(labels[chosen])


def train(model, optimizer, scheduler, data):
    model.train()
    losses = []
    for images, labels in data:
        loss = F.cross_entropy(model(images), labels)
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), max_norm=1.0)
        optimizer.step()
        scheduler.step()
        losses.append(loss.item())
    return losses


@torch.no_grad()
def evaluate(model, images, labels):
    model.eval()
    logits = model(torch.from_numpy(images))
    return (logits.argmax(1).numpy() == labels).mean()


def save_start(model, path):
    """The weights before the first step, for the comparison with another framework."""
    np.savez(path, **{name: value.numpy() for name, value in model.state_dict().items()})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--start", help="write the first weights into this file")
    parser.add_argument("--stop-after", type=int, default=EPOCHS, help="the number of epochs to train")
    parser.add_argument("--resume", action="store_true", help="go on from the checkpoint")
    parser.add_argument("--log", default="losses.txt", help="the loss of each step is appended to this file")
    args = parser.parse_args()

    torch.manual_seed(0)
    model = Network()
    if args.start:
        save_start(model, args.start)
    decayed = [p for p in model.parameters() if p.dim() > 1]
    others = [p for p in model.parameters() if p.dim() <= 1]
    optimizer = torch.optim.AdamW(
        [
            {"params": decayed, "weight_decay": 0.05},
            {"params": others, "weight_decay": 0.0},  # biases and the normalization
        ],
        lr=3e-3,
    )
    warm_up = LinearLR(optimizer, start_factor=0.1, total_iters=WARM_UP)
    cosine = CosineAnnealingLR(optimizer, T_max=EPOCHS * STEPS - WARM_UP)
    scheduler = SequentialLR(optimizer, [warm_up, cosine], milestones=[WARM_UP])

    first = 0
    if args.resume:
        checkpoint = torch.load("checkpoint.pt")
        model.load_state_dict(checkpoint["model"])
        optimizer.load_state_dict(checkpoint["optimizer"])
        scheduler.load_state_dict(checkpoint["scheduler"])
        first = checkpoint["epochs"]
    else:
        Path(args.log).unlink(missing_ok=True)

    images, labels = make_data(seed=1, count=STEPS * BATCH)
    for epoch in range(first, args.stop_after):
        losses = train(model, optimizer, scheduler, batches(images, labels, epoch))
        accuracy = evaluate(model, *make_data(seed=2, count=1000))
        rate = scheduler.get_last_lr()[0]
        print(f"epoch {epoch}: loss {np.mean(losses):.4f}, accuracy {accuracy:.3f}, learning rate {rate:.6f}")
        with Path(args.log).open("a") as log:
            log.writelines(f"{loss:.7f}\n" for loss in losses)
        state = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
        torch.save({**state, "scheduler": scheduler.state_dict(), "epochs": epoch + 1}, "checkpoint.pt")


if __name__ == "__main__":
    main()
