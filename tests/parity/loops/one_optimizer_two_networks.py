"""One optimizer for the parameters of two networks."""

import torch

optimizer = torch.optim.SGD(list(network.parameters()) + list(other_network.parameters()), lr=0.05, momentum=0.9)

for epoch in range(5):
    for x, _ in batches:
        optimizer.zero_grad()
        loss = distance(other_network(network(x)), x)
        loss.backward()
        optimizer.step()
        record()
