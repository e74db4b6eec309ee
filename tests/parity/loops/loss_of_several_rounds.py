"""The losses of four batches are added to one, whose graph goes over four rounds of the loop."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
total = 0
for i, (x, y) in enumerate(batches):
    last = i % 4 == 3
    total = total + criterion(network(x), y)
    if last:
        optimizer.zero_grad()
        total.backward()
        optimizer.step()
        total = 0
    record()
