"""The tables of staff: accounts, what they are in which office, desk PCs, and who answers for which post."""

from frontdesk.staff.models.people import PIN_TRIES, Device, Membership, User
from frontdesk.staff.models.posts import Holding, Post

__all__ = ("PIN_TRIES", "Device", "Holding", "Membership", "Post", "User")
