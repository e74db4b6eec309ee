"""A second network joins the optimizer behind its construction."""

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
optimizer.add_param_group({"params": other_network.parameters(), "lr": 0.02})

for epoch in range(5):
    for x, _ in batches:
        optimizer.zero_grad()
        loss = distance(other_network(network(x)), x)
        loss.backward()
        optimizer.step()
        record()
