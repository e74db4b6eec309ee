"""The loss is an expression over several lines in parentheses, with a comment."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for x, y in batches:
    (optimizer).zero_grad()
    (
        criterion(network(x), y) + 0.1 * network(x).pow(2).mean()  # reg
    ).backward()
    (optimizer.step())
    record()
