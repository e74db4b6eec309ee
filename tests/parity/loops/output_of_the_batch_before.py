"""The loss has the output of the batch before, which the first batch does not have."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)
for i, (x, y) in enumerate(batches):
    optimizer.zero_grad()
    output = network(x)
    loss = criterion(output, y)
    if i > 0:
        loss = loss + 0.1 * distance(output, prev)
    loss.backward()
    optimizer.step()
    prev = output.detach()
    record()
