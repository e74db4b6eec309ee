"""Scaled gradients of two batches add up to one step, with clipping."""
# paddle: OC202

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
scaler = torch.cuda.amp.GradScaler(growth_interval=3)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        loss = criterion(network(x), y) * overflow(8 * epoch + i) / 2
        scaler.scale(loss).backward()
        if (i + 1) % 2 == 0:
            scaler.unscale_(optimizer)
            torch.nn.utils.clip_grad_norm_(network.parameters(), 0.5)
            scaler.step(optimizer)
            scaler.update()
            optimizer.zero_grad()
        record()
