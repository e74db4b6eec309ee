"""The class of the optimizer comes from a dictionary, and a scheduler follows."""

import torch
from torch.optim.lr_scheduler import StepLR

classes = {"sgd": torch.optim.SGD, "adam": torch.optim.Adam}
optimizer = classes["adam" if len(batches) > 4 else "sgd"](network.parameters(), lr=0.02)
scheduler = StepLR(optimizer, step_size=2, gamma=0.5)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
    scheduler.step()
