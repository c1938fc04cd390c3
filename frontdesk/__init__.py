"""Frontdesk: the working day of a property-management front desk."""

from frontdesk.celery import app as celery_app

__all__ = ("celery_app",)
