"""A generator gives the outputs of the network."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05)


def outputs():
    for x, y in batches:
        yield network(x), y


for a, y in outputs():
    optimizer.zero_grad()
    loss = criterion(a, y)
    loss.backward()
    optimizer.step()
    record()
