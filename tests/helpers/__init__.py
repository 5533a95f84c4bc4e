"""What tests share: how they make tables, corpora, networks, pages and copies of the project."""
