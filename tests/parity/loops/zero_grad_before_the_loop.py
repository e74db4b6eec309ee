"""Gradients are cleared in front of the loop, and behind each step."""

import torch

optimizer = torch.optim.Adagrad(network.parameters(), lr=0.1)

optimizer.zero_grad()
for epoch in range(5):
    for x, y in batches:
        criterion(network(x), y).backward()
        optimizer.step()
        optimizer.zero_grad()
        record()
