"""Everything in main(), as a program."""

import argparse

import torch
import torch.optim as optim


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--lr", type=float, default=0.1)
    args = parser.parse_args([])
    model = network
    optimizer = optim.SGD(model.parameters(), lr=args.lr, momentum=0.9)
    scheduler = optim.lr_scheduler.MultiStepLR(optimizer, milestones=[2, 4], gamma=0.5)
    for epoch in range(1, 6):
        for data, target in batches:
            optimizer.zero_grad()
            output = model(data)
            loss = criterion(output, target)
            loss.backward()
            optimizer.step()
            record()
        scheduler.step()
        observe(loss.item())


if __name__ == "__parity__":
    main()
