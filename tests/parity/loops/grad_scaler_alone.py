"""A scaler without a region of low precision; some losses are so large that scaled gradients overflow."""
# paddle: OC202

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)
scaler = torch.cuda.amp.GradScaler(init_scale=1024.0, growth_interval=5)

for epoch in range(5):
    for i, (x, y) in enumerate(batches):
        optimizer.zero_grad()
        loss = criterion(network(x), y) * overflow(8 * epoch + i)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        observe(scaler.get_scale())
        record()
