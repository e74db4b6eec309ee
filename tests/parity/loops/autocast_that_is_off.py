"""autocast with enabled=False, and a scaler that is off: nothing but float32."""
# mindspore: OC201 OC307

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)
scaler = torch.amp.GradScaler("cuda", enabled=False)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        with torch.autocast("cuda", enabled=False):
            output = network(x)
            loss = criterion(output, y)
        scaler.scale(loss).backward()
        scaler.step(optimizer)
        scaler.update()
        observe(output[0, 0])
        record()
