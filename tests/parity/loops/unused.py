"""A network that the loss does not depend on stands in the optimizer, without a weight decay."""

import torch

optimizer = torch.optim.SGD(list(network.parameters()) + list(other_network.parameters()), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
