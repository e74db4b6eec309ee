"""The gradients are unscaled before they are clipped."""
# mindspore: OC307
# paddle: OC201

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
scaler = torch.cuda.amp.GradScaler(growth_interval=6)

step = 0
for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        with torch.autocast("cuda", dtype=torch.float16):
            loss = criterion(network(x), y) * overflow(step)
        scaler.scale(loss).backward()
        scaler.unscale_(optimizer)
        torch.nn.utils.clip_grad_norm_(network.parameters(), 0.3)
        scaler.step(optimizer)
        scaler.update()
        step += 1
        record()
