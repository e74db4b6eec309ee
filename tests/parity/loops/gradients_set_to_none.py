"""Gradients are cleared by hand, a trick from the tuning guide."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        for param in network.parameters():
            param.grad = None
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
