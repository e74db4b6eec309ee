"""One function for both phases: backward() and step() stand under a condition, the loss above it."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def run_epoch(loader, training):
    total = 0.0
    for x, y in loader:
        loss = criterion(network(x), y)
        if training:
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            record()
        total += loss.item()
    return total


for epoch in range(5):
    observe(run_epoch(batches[:6], True))
    observe(run_epoch(batches[6:], False))
