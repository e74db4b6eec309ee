"""The step is in every iteration, but gradients are cleared in every second one only."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.02)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        if i % 2 == 0:
            optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
