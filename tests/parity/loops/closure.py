"""A closure that Adam calls once."""

import torch

optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)

for epoch in range(5):
    for x, y in batches:

        def closure():
            optimizer.zero_grad()
            loss = criterion(network(x), y)
            loss.backward()
            return loss

        loss = optimizer.step(closure)
        observe(loss)
        record()
