"""Accumulated gradients, with backward() in a context that depends on the iteration."""

import contextlib

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

optimizer.zero_grad()
for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        last = i % 2 == 1
        context = contextlib.nullcontext() if last else contextlib.suppress(KeyError)
        with context:
            loss = criterion(network(x), y) / 2
            loss.backward()
        if last:
            optimizer.step()
            optimizer.zero_grad()
        record()
