"""The loss is an attribute of the trainer, and is read by another method."""

import torch


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def step(self, x, y):
        self.optimizer.zero_grad()
        self.output = self.model(x)
        self.loss = criterion(self.output, y)
        self.loss.backward()
        self.optimizer.step()

    def report(self):
        observe(self.loss.item())
        observe(self.output[0, 0])


trainer = Trainer(network)
for epoch in range(5):
    for x, y in batches:
        trainer.step(x, y)
        trainer.report()
        record()
