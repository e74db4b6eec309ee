"""The function returns the loss when it is not training."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def step(x, y, training=True):
    loss = criterion(network(x), y)
    if not training:
        return loss.item()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    record()
    return loss.item()


for epoch in range(5):
    for x, y in batches:
        observe(step(x, y))
    observe(step(*batches[0], training=False))
