"""A function that the forward pass calls changes a global that the loss is scaled by."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
alpha = 1.0


def grow(x):
    global alpha
    alpha += 0.5
    return network(x)


for epoch in range(2):
    alpha = 1.0
    for x, y in batches:
        optimizer.zero_grad()
        output = grow(x)
        loss = criterion(output, y) * alpha
        loss.backward()
        optimizer.step()
        observe(alpha)
        record()
