"""A tiny transformer that learns to reverse sequences: AdamW, warm-up and clipping.

The warm-up is a LambdaLR, and the gradients are clipped to a norm of 1 before every step.
"""

import math

import torch
import torch.nn as nn

WARM_UP_STEPS = 40
TOTAL_STEPS = 400


class Reverser(nn.Module):
    def __init__(self, vocabulary=12, width=32, length=8):
        super().__init__()
        self.embedding = nn.Embedding(vocabulary, width)
        self.position = nn.Parameter(0.1 * torch.randn(length, width))
        layer = nn.TransformerEncoderLayer(width, nhead=4, dim_feedforward=64, dropout=0.0, batch_first=True)
        self.encoder = nn.TransformerEncoder(layer, num_layers=2)
        self.head = nn.Linear(width, vocabulary)

    def forward(self, tokens):
        return self.head(self.encoder(self.embedding(tokens) + self.position))


def learning_rate_factor(step):
    """Linear warm-up, then half a cosine down to zero."""
    if step < WARM_UP_STEPS:
        return (step + 1) / WARM_UP_STEPS
    progress = (step - WARM_UP_STEPS) / (TOTAL_STEPS - WARM_UP_STEPS)
    return 0.5 * (1.0 + math.cos(math.pi * progress))


class Trainer:
    def __init__(self, model):
        self.model = model
        decay = [p for p in model.parameters() if p.dim() >= 2]
        no_decay = [p for p in model.parameters() if p.dim() < 2]
        groups = [
            {"params": decay, "weight_decay": 0.1},
            {"params": no_decay, "weight_decay": 0.0},
        ]
        self.optimizer = torch.optim.AdamW(groups, lr=3e-3, betas=(0.9, 0.95), fused=False)
        self.scheduler = torch.optim.lr_scheduler.LambdaLR(self.optimizer, learning_rate_factor)

    def step(self, tokens):
        logits = self.model(tokens)
        loss = nn.functional.cross_entropy(logits.flatten(0, 1), tokens.flip(1).flatten())
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        self.scheduler.step()
        return loss.item()


def main():
    torch.manual_seed(0)
    trainer = Trainer(Reverser())
    for step in range(TOTAL_STEPS):
        loss = trainer.step(torch.randint(12, (64, 8)))
        if step % 80 == 79:
            print(f"step {step + 1}: loss {loss:.3f}, learning rate {trainer.scheduler.get_last_lr()[0]:.5f}")


if __name__ == "__main__":
    main()
