"""Images on the disk or built in: read and split into the parts that training and scoring keep apart."""

from runs.images.reader import read_images as read_images
