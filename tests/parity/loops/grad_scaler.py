"""Mixed precision's scaler; some losses are so large that scaled gradients overflow."""
# mindspore: OC307
# paddle: OC201

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
scaler = torch.amp.GradScaler("cuda", init_scale=1024.0, growth_interval=5)

step = 0
for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        with torch.autocast("cuda", dtype=torch.float16):
            loss = criterion(network(x), y) * overflow(step)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        observe(scaler.get_scale())
        step += 1
        record()
