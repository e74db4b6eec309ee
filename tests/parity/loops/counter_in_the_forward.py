"""The forward pass counts, keeps outputs in a list and changes a name that it also reads."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
seen = 0
kept = []

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        seen += len(y)
        output = network(x)
        kept.append(output)
        output = output * (1 + 1 / seen)
        seen = seen + 1
        loss = criterion(output, y)
        loss.backward()
        optimizer.step()
        observe(seen)
        record()
observe(sum(output.mean().item() for output in kept))
