"""Gradients of three batches add up; what is left over at the end of an epoch is a step, too."""

import torch

optimizer = torch.optim.AdamW(network.parameters(), lr=0.02)
scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda count: 1 / (1 + 0.1 * count))

for epoch in range(5):
    optimizer.zero_grad()
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y) / 3
        loss.backward()
        if (i + 1) % 3 == 0 or i + 1 == len(batches):
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            scheduler.step()
            optimizer.zero_grad()
        observe(loss)
        record()
