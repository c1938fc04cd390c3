"""The register's forms, by noun."""
