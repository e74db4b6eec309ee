"""The schedule is optional, and so is the log."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
use_scheduler = True
scheduler = None
if use_scheduler:
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, 10)
log = []

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y)
        if log is not None and i % 2 == 0:
            log.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if scheduler is not None:
            scheduler.step()
        record()
observe(sum(log))
