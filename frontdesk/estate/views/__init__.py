"""The register's pages, by noun."""
