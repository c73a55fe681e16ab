"""From what lies on disk to a feature store: extraction, import, export, manifests."""
