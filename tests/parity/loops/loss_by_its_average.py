"""The loss is divided by its own average, which goes on from batch to batch."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
first = criterion(network(batches[0][0]), batches[0][1])
norm = first.detach()
for x, y in batches:
    optimizer.zero_grad()
    loss = criterion(network(x), y)
    norm = 0.9 * norm + loss.detach()
    (loss / norm.item()).backward()
    optimizer.step()
    record()
