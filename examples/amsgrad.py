"""Where Adam does not converge and AMSGrad does: the counter-example that AMSGrad was made for.

One parameter x between -1 and 1. The loss is 1010 * x in one of 101 steps and -10 * x in all others; the best
x is -1. Adam forgets the one large gradient before the next one comes, and drifts to +1; AMSGrad keeps the
largest second moment and goes to -1. See Reddi, Kale and Kumar, "On the Convergence of Adam and Beyond", ICLR
2018: section 3 for the proof, section 5 for these numbers.
"""

import math

import torch
from torch.optim.lr_scheduler import LambdaLR

STEPS = 6_000


def slope(step):
    return 1010.0 if step % 101 == 0 else -10.0


def train(amsgrad):
    """Return x and the average regret so far, after every step."""
    x = torch.nn.Parameter(torch.zeros(1))
    optimizer = torch.optim.Adam([x], lr=0.7, betas=(0.9, 0.99), amsgrad=amsgrad)
    scheduler = LambdaLR(optimizer, lambda step: 1 / math.sqrt(step + 1))
    positions, regrets, total = [], [], 0.0
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = slope(step) * x.sum()
        loss.backward()
        total += loss.item() + slope(step)  # at the best x, -1, the loss is -slope
        optimizer.step()
        scheduler.step()
        x.detach().clip_(-1.0, 1.0)
        positions.append(x.item())
        regrets.append(total / (step + 1))
    return positions, regrets


def main():
    for name, amsgrad in (("Adam", False), ("AMSGrad", True)):
        positions, regrets = train(amsgrad)
        print(f"{name}: x = {positions[-1]:.3f}, average regret {regrets[-1]:.3f}")


if __name__ == "__main__":
    main()
