"""One function computes the gradients, another one updates."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def compute_gradients(x, y):
    optimizer.zero_grad()
    loss = criterion(network(x), y)
    loss.backward()
    return loss


def update():
    optimizer.step()


for epoch in range(5):
    for x, y in batches:
        observe(compute_gradients(x, y))
        update()
        record()
