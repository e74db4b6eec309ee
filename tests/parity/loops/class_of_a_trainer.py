"""A trainer is given the class of its optimizer."""

import torch


class _Trainer:
    def __init__(self, model, optimizer_class=getattr(torch.optim, "Adagrad")):
        self.model = model
        self.optimizer_class = optimizer_class
        self.optimizer = self.optimizer_class(model.parameters(), lr=0.05, eps=1e-8)

    def fit(self):
        for x, y in batches:
            self.optimizer.zero_grad()
            loss = criterion(self.model(x), y)
            loss.backward()
            self.optimizer.step()
            record()


trainer = _Trainer(network)
for epoch in range(5):
    trainer.fit()
