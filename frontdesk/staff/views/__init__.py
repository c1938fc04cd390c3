"""The pages of this app: the way in, one's own account, colleagues, desk PCs, notices."""
