"""A batch with a loss that is not finite is skipped before backward(): the gradients are computed first, and not used."""

import math

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
step = 0

for epoch in range(5):
    for x, y in batches:
        step += 1
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        if step % 7 == 3:
            loss = loss * float("nan")
        if math.isnan(loss.item()):
            record()
            continue
        loss.backward()
        optimizer.step()
        record()
