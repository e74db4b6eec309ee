"""A loop that ends after a number of iterations, over an iterator that is begun again."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
iterator = iter(batches)
iteration = 0

while iteration < 40:
    try:
        x, y = next(iterator)
    except StopIteration:
        iterator = iter(batches)
        x, y = next(iterator)
    optimizer.zero_grad()
    loss = criterion(network(x), y)
    loss.backward()
    optimizer.step()
    iteration += 1
    observe(loss)
    record()
