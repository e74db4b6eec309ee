"""Two losses of one forward pass, each with its backward()."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        outputs = network(x)
        criterion(outputs, y).backward(retain_graph=True)
        distance(outputs, targets[i]).backward()
        optimizer.step()
        record()
