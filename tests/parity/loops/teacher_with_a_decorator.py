"""Gradients are switched off by the decorator of a function that the forward pass calls."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


@torch.no_grad()
def teacher(x):
    return network(x)


for x, y in batches:
    optimizer.zero_grad()
    loss = criterion(network(x), y) + distance(network(x + 0.1), teacher(x))
    loss.backward()
    optimizer.step()
    record()
