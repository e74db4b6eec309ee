"""The norm of the gradients is clipped before the step."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.2, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), max_norm=0.5)
        optimizer.step()
        record()
