"""Rules that bring a copied RECON to the clone's names, by DBRC commands only."""

from imsclone.recon.changes import Change, changes
from imsclone.recon.command import Command
from imsclone.recon.compare import changed, compare
from imsclone.recon.convert import commands
from imsclone.recon.foreseen import unforeseen
from imsclone.recon.rules import ReconRules

__all__ = ["Change", "Command", "ReconRules", "changed", "changes", "commands", "compare", "unforeseen"]
