"""A method ends with the step and clears the gradients: each call begins without any."""

import torch


class Trainer:
    def __init__(self, model):
        self.model = model
        self.optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)

    def train_step(self, x, y):
        loss = criterion(self.model(x), y)
        loss.backward()
        self.optimizer.step()
        self.optimizer.zero_grad()
        return loss


trainer = Trainer(network)
for epoch in range(5):
    for x, y in batches:
        observe(trainer.train_step(x, y))
        record()
