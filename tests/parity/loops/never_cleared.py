"""Gradients are never cleared, so each step has those of all batches before it."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.005)

for epoch in range(5):
    for x, y in batches:
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
