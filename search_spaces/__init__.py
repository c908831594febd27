"""Search spaces: genomes and their variation."""
