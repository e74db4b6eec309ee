"""A closure detaches a part of its loss."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for x, y in batches:

    def closure():
        optimizer.zero_grad()
        loss = criterion(network(x), y) + distance(network(x + 0.1), network(x).detach())
        loss.backward()
        return loss

    optimizer.step(closure)
    record()
