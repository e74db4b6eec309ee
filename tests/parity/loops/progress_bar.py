"""Loops over wrapped iterables: a progress bar, enumerate and zip."""

import torch


class progress:
    """Shows how far a loop is."""

    def __init__(self, iterable, desc=""):
        self.iterable = iterable
        self.desc = desc

    def __iter__(self):
        return iter(self.iterable)

    def set_postfix(self, **values):
        self.desc = ", ".join(f"{name}: {value:.3f}" for name, value in values.items())


optimizer = torch.optim.SGD(network.parameters(), lr=0.05, momentum=0.9)

for epoch in range(5):
    bar = progress(enumerate(zip(batches, targets)), desc=f"epoch {epoch}")
    for i, ((x, y), target) in bar:
        optimizer.zero_grad()
        outputs = network(x)
        loss = criterion(outputs, y) + distance(outputs, target) / (i + 1)
        loss.backward()
        optimizer.step()
        bar.set_postfix(loss=loss.item(), lr=optimizer.param_groups[0]["lr"])
        record()
