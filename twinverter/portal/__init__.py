"""The portal: many houses over the network, who may see them, and what became of each."""
