"""The hidden state goes from step to step, and is detached in front of the forward pass."""

import torch

optimizer = torch.optim.SGD([*network.parameters(), *other_network.parameters()], lr=0.02, momentum=0.9)

for epoch in range(5):
    hidden = targets[0] * 0
    for x, y in batches:
        hidden = hidden.detach()
        optimizer.zero_grad()
        hidden = network(x + other_network(hidden))
        loss = criterion(hidden, y)
        loss.backward()
        optimizer.step()
        observe(hidden[0, 0])
        record()
