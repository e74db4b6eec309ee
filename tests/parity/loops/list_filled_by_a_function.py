"""A function appends outputs to a list, which the forward pass begins with."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def fill(outs, x):
    outs.append(network(x))


for x, y in batches:
    optimizer.zero_grad()
    outs = []
    fill(outs, x)
    loss = sum(criterion(o, y) for o in outs)
    loss.backward()
    optimizer.step()
    record()
