"""The step stands inside several with blocks."""

import contextlib

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


@contextlib.contextmanager
def timed(name):
    yield name


for epoch in range(5):
    for x, y in batches:
        with timed("batch"), contextlib.suppress(KeyError):
            optimizer.zero_grad()
            with timed("forward"):
                output = network(x)
                loss = criterion(output, y)
            with timed("backward"):
                loss.backward()
            optimizer.step()
            record()
