"""Averages are kept while training, and the loss of an epoch is averaged."""

import torch

optimizer = torch.optim.Adagrad(network.parameters(), lr=0.05)
average = None
history = []

for epoch in range(5):
    running_loss, seen = 0.0, 0
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        value = loss.item()
        average = value if average is None else 0.9 * average + 0.1 * value
        running_loss += value * len(y)
        seen += len(y)
        observe(average)
        record()
    history.append(running_loss / seen)
observe(sum(history))
