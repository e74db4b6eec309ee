"""Gradients are cleared between the loss and backward()."""

import torch
from torch import optim

optimizer = optim.AdamW(network.parameters(), lr=0.01, weight_decay=0.1)

for epoch in range(5):
    for x, y in batches:
        outputs = network(x)
        loss = criterion(outputs, y)

        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

        observe(loss)
        record()
