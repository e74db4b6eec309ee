"""Gradients of four batches add up to one step."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
accumulation_steps = 4

optimizer.zero_grad()
for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y) / accumulation_steps
        loss.backward()
        if (i + 1) % accumulation_steps == 0:
            optimizer.step()
            optimizer.zero_grad()
        record()
