"""Gradients of three batches add up; what is left over at the end of an epoch is carried into the next."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y) / 3
        loss.backward()
        if (i + 1) % 3 == 0:
            optimizer.step()
            optimizer.zero_grad()
        record()
