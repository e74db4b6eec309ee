"""The state of the optimizer is kept in memory and loaded again in the middle."""
# mindspore: OC307
# paddle: OC201

import copy

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.9)

for epoch in range(5):
    for x, y in batches:
        optimizer.zero_grad()
        loss = criterion(network(x), y)
        loss.backward()
        optimizer.step()
        record()
    if epoch == 2:
        state = copy.deepcopy(optimizer.state_dict())
    if epoch == 3:
        optimizer.load_state_dict(state)
