"""Schedulers are built inside of the lists that a function returns."""

import torch


def configure_optimizers():
    first = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
    return [first], [torch.optim.lr_scheduler.StepLR(first, 7, 0.5)]


optimizers, schedulers = configure_optimizers()
for epoch in range(5):
    for x, y in batches:
        optimizers[0].zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizers[0].step()
        schedulers[0].step()
        record()
