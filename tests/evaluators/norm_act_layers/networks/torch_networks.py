"""The anchor networks in PyTorch, written after the papers; parts are registered in the order in which they run."""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional


def conv(channels, new_channels, size=1, stride=1, groups=1):
    return nn.Conv2d(channels, new_channels, size, stride, size // 2, groups=groups, bias=False)


class NormAct(nn.BatchNorm2d):
    """BatchNorm-ReLU."""

    def forward(self, x):
        return torch.relu(super().forward(x))


class Affine(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.gamma = nn.Parameter(torch.ones(channels))
        self.beta = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return x * self.gamma[:, None, None] + self.beta[:, None, None]


class PreActivationBottleneck(nn.Module):
    def __init__(self, channels, planes, stride):
        super().__init__()
        self.bn1 = NormAct(channels)
        self.shortcut = None
        if stride != 1 or channels != 4 * planes:
            self.shortcut = conv(channels, 4 * planes, 1, stride)
        self.conv1 = conv(channels, planes)
        self.bn2 = NormAct(planes)
        self.conv2 = conv(planes, planes, 3, stride)
        self.bn3 = NormAct(planes)
        self.conv3 = conv(planes, 4 * planes)

    def forward(self, x):
        out = self.bn1(x)
        shortcut = x if self.shortcut is None else self.shortcut(out)
        return self.conv3(self.bn3(self.conv2(self.bn2(self.conv1(out))))) + shortcut


class PreActivationResNet(nn.Sequential):
    def __init__(self, blocks, width, in_channels, num_classes):
        parts, channels = [conv(in_channels, width, 3)], width
        for stage, count in enumerate(blocks):
            for block in range(count):
                planes = width * 2**stage
                parts.append(PreActivationBottleneck(channels, planes, 2 if stage and not block else 1))
                channels = 4 * planes
        parts += [NormAct(channels), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, num_classes)]
        super().__init__(*parts)


class SqueezeExcite(nn.Module):
    def __init__(self, channels, squeezed):
        super().__init__()
        self.reduce = nn.Conv2d(channels, squeezed, 1)
        self.expand = nn.Conv2d(squeezed, channels, 1)

    def forward(self, x):
        means = functional.adaptive_avg_pool2d(x, 1)
        return x * torch.sigmoid(self.expand(functional.silu(self.reduce(means))))


class InvertedResidual(nn.Module):
    def __init__(self, channels, new_channels, expansion, stride, size, squeeze):
        super().__init__()
        hidden = channels * expansion
        parts = [conv(channels, hidden), NormAct(hidden)] if expansion != 1 else []
        parts += [conv(hidden, hidden, size, stride, groups=hidden), NormAct(hidden)]
        parts += [SqueezeExcite(hidden, max(1, int(channels * 0.25)))] if squeeze else []
        parts += [conv(hidden, new_channels), Affine(new_channels)]
        self.body = nn.Sequential(*parts)
        self.residual = stride == 1 and channels == new_channels

    def forward(self, x):
        return x + self.body(x) if self.residual else self.body(x)


class InvertedResiduals(nn.Sequential):
    """MobileNetV2 and EfficientNet. Rows: expansion, channels, repeats, stride, size of the kernel."""

    def __init__(self, rows, stem, head, in_channels, num_classes, squeeze):
        parts, channels = [conv(in_channels, stem, 3), NormAct(stem)], stem
        for expansion, new_channels, repeats, stride, size in rows:
            for block in range(repeats):
                stride_here = 1 if block else stride
                parts.append(InvertedResidual(channels, new_channels, expansion, stride_here, size, squeeze))
                channels = new_channels
        parts += [conv(channels, head), NormAct(head)]
        parts += [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(head, num_classes)]
        super().__init__(*parts)


class TokenNormAct(nn.Module):
    """LayerNorm over the tokens and channels of each sample, one weight and bias per channel, then GELU."""

    def __init__(self, channels):
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x):
        return functional.gelu(functional.layer_norm(x, x.shape[1:]) * self.weight + self.bias)


class Positions(nn.Module):
    def __init__(self, tokens, channels):
        super().__init__()
        self.table = nn.Parameter(torch.zeros(tokens, channels))

    def forward(self, x):
        return x + self.table


class EncoderBlock(nn.Module):
    def __init__(self, dimension, heads):
        super().__init__()
        self.norm1 = TokenNormAct(dimension)
        self.attention = nn.MultiheadAttention(dimension, heads, batch_first=True)
        self.norm2 = TokenNormAct(dimension)
        self.expand = nn.Linear(dimension, 4 * dimension)
        self.norm3 = TokenNormAct(4 * dimension)
        self.reduce = nn.Linear(4 * dimension, dimension)

    def forward(self, x):
        y = self.norm1(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.reduce(self.norm3(self.expand(self.norm2(x))))


class VisionTransformer(nn.Module):
    def __init__(self, blocks, dimension, heads, image_size, patch, in_channels, num_classes):
        super().__init__()
        self.patches = nn.Conv2d(in_channels, dimension, patch, patch)
        self.positions = Positions((image_size // patch) ** 2, dimension)
        self.blocks = nn.Sequential(*[EncoderBlock(dimension, heads) for _ in range(blocks)])
        self.norm = TokenNormAct(dimension)
        self.head = nn.Linear(dimension, num_classes)

    def forward(self, x):
        tokens = self.positions(self.patches(x).flatten(2).transpose(1, 2))
        return self.head(self.norm(self.blocks(tokens)).mean(1))


def as_torch(name, array, shape):
    """Returns one of our arrays in torch's layout: kernels (h, w, in, out), matrices (in, out)."""
    array = np.asarray(array)
    if name == "patches.kernel":
        patch = math.isqrt(array.shape[0] // shape[1])
        array = array.reshape(patch, patch, shape[1], shape[0])
    if array.ndim == 4:
        array = array.transpose(3, 2, 0, 1)
    elif name.endswith(".kernel"):
        array = array.T
    return torch.from_numpy(array.reshape(shape).copy())


def load(module, parameters):
    """Fills a torch network with our parameters, both in order of use."""
    norms = [part for part in module.modules() if isinstance(part, (NormAct, TokenNormAct))]
    of_norms = {id(parameter) for norm in norms for parameter in norm.parameters()}
    others = [parameter for parameter in module.parameters() if id(parameter) not in of_norms]
    assert len(norms) == len(parameters["layers"])
    assert len(others) == len(parameters["weights"])
    with torch.no_grad():
        for norm, ours in zip(norms, parameters["layers"].values(), strict=True):
            norm.weight.copy_(torch.from_numpy(ours["weight"].copy()))
            norm.bias.copy_(torch.from_numpy(ours["bias"].copy()))
        for parameter, (name, ours) in zip(others, parameters["weights"].items(), strict=True):
            parameter.copy_(as_torch(name, ours, tuple(parameter.shape)))
    return module
