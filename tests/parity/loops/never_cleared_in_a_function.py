"""A function that never clears the gradients: each call adds to those of the calls before."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.005)


def train_step(x, y):
    loss = criterion(network(x), y)
    loss.backward()
    optimizer.step()
    return loss


for epoch in range(5):
    for x, y in batches:
        observe(train_step(x, y))
        record()
