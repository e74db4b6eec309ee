"""One method computes the loss, the step calls it."""

import torch


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.AdamW(model.parameters(), lr=0.01)

    def compute_loss(self, x, y):
        return criterion(self.model(x), y)

    def fit(self, loader):
        for x, y in loader:
            self.optimizer.zero_grad()
            loss = self.compute_loss(x, y)
            loss.backward()
            self.optimizer.step()
            observe(loss)
            record()


trainer = Trainer(network)
for epoch in range(5):
    trainer.fit(batches)
