"""One function only computes gradients, which are added to those of the step in another one."""
# mindspore: OC308 OC202

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def probe(x, y):
    loss = criterion(network(x), y)
    loss.backward()
    return loss.item()


def train(x, y):
    loss = criterion(network(x), y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()


for x, y in batches:
    observe(probe(x, y))
    train(x, y)
    record()
