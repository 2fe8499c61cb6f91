"""Season and forecast, with the models beside each other and their errors."""
