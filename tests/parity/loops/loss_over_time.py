"""The loss is added up over a sequence in an inner loop."""

import torch

optimizer = torch.optim.SGD([*network.parameters(), *other_network.parameters()], lr=0.02, momentum=0.9)

for epoch in range(10):
    for start in range(0, 8, 2):
        optimizer.zero_grad()
        hidden = targets[0] * 0
        loss = 0.0
        for t in range(start, start + 2):
            x, y = batches[t]
            hidden = network(x + other_network(hidden))
            loss = loss + criterion(hidden, y)
        loss.backward()
        optimizer.step()
        observe(loss.item())
        record()
