"""The class and its arguments are in variables of their own, one of them in partial()."""

import functools

import torch

options = {"lr": 0.02, "foreach": False}
cls = functools.partial(torch.optim.Adam, betas=(0.8, 0.95)) if len(batches) > 4 else torch.optim.SGD
optimizer = cls(network.parameters(), **options)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
