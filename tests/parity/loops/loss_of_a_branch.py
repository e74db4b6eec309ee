"""The loss is one of two, by a condition, as in CutMix."""

import random

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        r = random.random()
        if r < 0.5:
            lam = 0.3 + 0.4 * r
            output = network(lam * x + (1 - lam) * batches[0][0])
            loss = criterion(output, y) * lam + criterion(output, batches[0][1]) * (1.0 - lam)
        else:
            output = network(x)
            loss = criterion(output, y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        observe(output[0, 0])
        record()
