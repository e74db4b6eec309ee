"""A trainer that counts its steps and accumulates gradients."""
# mindspore: OC202

import torch


class Trainer:
    def __init__(self, model, accumulate=2):
        self.model = model
        self.accumulate = accumulate
        self.count = 0
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def train_step(self, x, y):
        loss = criterion(self.model(x), y) / self.accumulate
        loss.backward()
        self.count += 1
        if self.count % self.accumulate == 0:
            self.optimizer.step()
            self.optimizer.zero_grad()
        return loss.item()


trainer = Trainer(network)
for epoch in range(5):
    for x, y in batches:
        observe(trainer.train_step(x, y))
        record()
