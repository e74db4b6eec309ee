"""One step in a function; the model and the optimizer are global."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def train_step(x, y):
    optimizer.zero_grad()
    logits = network(x)
    loss = criterion(logits, y)
    loss.backward()
    optimizer.step()
    return loss.item(), logits


for epoch in range(5):
    for x, y in batches:
        value, logits = train_step(x, y)
        observe(value)
        observe(logits[0, 1])
        record()
