"""What every page is made of: the layout, lists, forms, numbers as people write them."""
