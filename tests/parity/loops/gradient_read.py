"""The norm of the gradients is computed by hand from .grad."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        total = 0.0
        for parameter in network.parameters():
            total += parameter.grad.norm().item() ** 2
        optimizer.step()
        observe(total**0.5)
        record()
