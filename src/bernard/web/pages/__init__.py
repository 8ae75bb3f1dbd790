"""One module for each group of pages; `bernard.web.routes` says which path leads where."""
