"""Languages that draw sentences and know what can be known of them."""
