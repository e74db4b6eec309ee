"""The caller computes the output, and the step is given it with other arguments by *args."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05)


def step(*args):
    optimizer.zero_grad()
    loss = criterion(*args)
    loss.backward()
    optimizer.step()


for x, y in batches:
    step(network(x), y)
    record()
