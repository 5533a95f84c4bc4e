"""Data of the playground in the report: copies of networks, the Bayes-optimal tagger, sentences."""
