"""Optimizers in a list, gone through in loops."""
# mindspore: OC308

import torch

optimizers = [
    torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9),
    torch.optim.AdamW(other_network.parameters(), lr=0.01),
]

for epoch in range(5):
    for x, _ in batches:
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss = distance(other_network(network(x)), x)
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        record()
