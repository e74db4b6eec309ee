"""The model's zero_grad(), not the optimizer's: both cover the same parameters."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        network.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
