"""A network is in every second loss only: torch leaves it alone in between, and here its momentum moves on."""
# mindspore: OC202

import torch

optimizer = torch.optim.SGD([*network.parameters(), *other_network.parameters()], lr=0.1, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        if i % 2 == 0:
            loss = loss + distance(other_network(targets[i]), x)
        loss.backward()
        optimizer.step()
        record()
