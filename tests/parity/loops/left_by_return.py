"""A function that is left by return in the middle of its loops, with a nested function that reads a counter."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def fit(limit):
    count = 0

    def score(output, y):
        return criterion(output, y) * (1 + count / 100)

    while True:
        for x, y in batches:
            optimizer.zero_grad()
            loss = score(network(x), y)
            loss.backward()
            optimizer.step()
            record()
            count += 1
            if count == limit:
                return loss


observe(fit(36))
