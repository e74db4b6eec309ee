"""The step stands under no_grad(), which changes nothing."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        with torch.no_grad():
            optimizer.step()
        record()
