"""Forward, backward and step each in a with block of their own, inside one."""

import contextlib

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        with contextlib.nullcontext():
            optimizer.zero_grad()
            loss = criterion(network(x), y)
            loss.backward()
        with contextlib.nullcontext():
            optimizer.step()
        record()
