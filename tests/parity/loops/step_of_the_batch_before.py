"""The step comes first in each iteration, with the gradients of the batch before."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)

for epoch in range(5):
    for x, y in batches:
        optimizer.step()
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        record()
