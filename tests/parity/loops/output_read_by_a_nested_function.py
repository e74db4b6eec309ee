"""The loss is computed by a nested function that reads the output of the function around it."""
# mindspore: OC308

import torch

optimizer = torch.optim.SGD(network.parameters(), lr=0.1)


def train():
    def compute_loss():
        return criterion(output, y)

    for x, y in batches:
        optimizer.zero_grad()
        output = network(x)
        loss = compute_loss()
        loss.backward()
        optimizer.step()
        record()


train()
