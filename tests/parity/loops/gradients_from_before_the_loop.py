"""A backward() in front of the loop: the first step has its gradients, too."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)

first_loss = criterion(network(batches[0][0]), batches[0][1])
first_loss.backward()
for epoch in range(5):
    for x, y in batches:
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        record()
