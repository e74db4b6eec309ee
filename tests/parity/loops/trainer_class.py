"""A class that has the model, the optimizer and the criterion."""

import torch


class Trainer:
    def __init__(self, model, criterion, lr=0.1):
        self.model = model
        self.criterion = criterion
        self.optimizer = torch.optim.SGD(self.model.parameters(), lr=lr, momentum=0.9)
        self.losses = []

    def train_epoch(self, loader):
        for x, y in loader:
            self.losses.append(self.train_batch(x, y))
            record()

    def train_batch(self, x, y):
        self.optimizer.zero_grad()
        prediction = self.model(x)
        loss = self.criterion(prediction, y)
        loss.backward()
        self.optimizer.step()
        return loss.item()


trainer = Trainer(network, criterion)
for epoch in range(5):
    trainer.train_epoch(batches)
observe(sum(trainer.losses))
