"""Gradients of a whole epoch add up, and the step stands behind the loop over the batches."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.02, momentum=0.9)

for epoch in range(30):
    optimizer.zero_grad()
    total = 0.0
    for x, y in batches:
        loss = criterion(network(x), y)
        total += loss.item()
        loss.backward()
    optimizer.step()
    observe(total)
    record()
