"""The rate is set by hand in each iteration, and read for the log."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)


def adjust_learning_rate(optimizer, step):
    lr = 0.1 * min(1.0, (step + 1) / 10) * 0.97**step
    for param_group in optimizer.param_groups:
        param_group["lr"] = lr
    return lr


step = 0
for epoch in range(5):
    for x, y in batches:
        observe(adjust_learning_rate(optimizer, step))
        loss = criterion(network(x), y)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        observe(optimizer.param_groups[0]["lr"])
        step += 1
        record()
