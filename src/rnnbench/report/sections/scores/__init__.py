"""Who scores what, how sure that is, and where it is hard."""
