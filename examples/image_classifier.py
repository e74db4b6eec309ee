"""A small convolutional classifier: SGD with momentum, two parameter groups, and a step schedule.

Run it with PyTorch, or see what becomes of its optimizer: ``optconv convert examples --to paddle --diff``.
The images are random patterns, one per class, with noise; the point is the training loop.
"""

import argparse

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim
from torch.optim.lr_scheduler import MultiStepLR


class Classifier(nn.Module):
    def __init__(self, classes):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(1, 8, 3, padding=1),
            nn.BatchNorm2d(8),
            nn.ReLU(),
            nn.MaxPool2d(2),
            nn.Conv2d(8, 16, 3, padding=1),
            nn.ReLU(),
        )
        self.head = nn.Linear(16 * 4 * 4, classes)

    def forward(self, images):
        return self.head(self.features(images).flatten(1))


def make_batches(patterns, batches, batch_size):
    for _ in range(batches):
        labels = torch.randint(len(patterns), (batch_size,))
        yield patterns[labels] + 2.0 * torch.randn(batch_size, 1, 8, 8), labels


def train_epoch(model, batches, optimizer):
    correct = seen = 0
    for images, labels in batches:
        optimizer.zero_grad()
        logits = model(images)
        loss = F.cross_entropy(logits, labels)
        loss.backward()
        optimizer.step()
        correct += (logits.argmax(1) == labels).sum().item()
        seen += len(labels)
    return correct / seen


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--momentum", type=float, default=0.9)
    args = parser.parse_args()

    torch.manual_seed(0)
    patterns = torch.randn(4, 1, 8, 8)
    model = Classifier(classes=4)
    # The normalization layers get no weight decay.
    norms = [p for m in model.modules() if isinstance(m, nn.BatchNorm2d) for p in m.parameters()]
    norm_ids = {id(p) for p in norms}
    weights = [p for p in model.parameters() if id(p) not in norm_ids]
    optimizer = optim.SGD(
        [
            {"params": weights},
            {"params": norms, "weight_decay": 0},  # see above
        ],
        lr=args.lr,
        momentum=args.momentum,
        weight_decay=5e-4,
        nesterov=True,
    )
    # Two drops by ten, the classic recipe.
    scheduler = MultiStepLR(optimizer, milestones=(3, 5), gamma=0.1)

    for epoch in range(args.epochs):
        rate = optimizer.param_groups[0]["lr"]
        accuracy = train_epoch(model, make_batches(patterns, 20, 32), optimizer)
        scheduler.step()
        print(f"epoch {epoch}: learning rate {rate:.4f}, accuracy {accuracy:.3f}")


if __name__ == "__main__":
    main()
