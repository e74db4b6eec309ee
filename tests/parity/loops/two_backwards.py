"""Two losses, each with its backward(): the gradients add up."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss_class = criterion(network(x), y)
        loss_class.backward()
        loss_target = distance(network(x * 0.5), targets[i])
        loss_target.backward()
        optimizer.step()
        observe(loss_class.item() + loss_target.item())
        record()
