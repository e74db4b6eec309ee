"""A string over several lines stands in the forward pass of a function for one batch."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def one(x, y):
    optimizer.zero_grad()
    output = network(x)
    text = """a
    b
        c"""
    loss = criterion(output, y) * len(text) / 10
    loss.backward()
    optimizer.step()
    observe(len(text))


for x, y in batches:
    one(x, y)
    record()
