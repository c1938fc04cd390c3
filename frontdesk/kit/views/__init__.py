"""The workbench's own pages: jobs, files, imports."""
