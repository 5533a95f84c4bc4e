"""What readers of the page can try: copies of networks, the Bayes-optimal tagger."""
