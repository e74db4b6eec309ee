"""The step is under a condition, the clearing is not: nothing adds up."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        if i % 3 != 1:
            optimizer.step()
        record()
