"""A transparency log in the public formats: tree, tiles, checkpoints, receipts, witnesses.

The core neither reads nor writes. `Tree.append` takes leaf hashes and gives the tiles to store;
`Prover` makes proofs from stored tiles; `publish` puts the log into a folder of static files, and
`verify_folder` checks one from the first entry on.
"""

from bernard.ledger.tlog.checkpoint import Checkpoint, open_checkpoint, sign_checkpoint
from bernard.ledger.tlog.entries import canonical_bytes, commit, new_salt, opens, seal
from bernard.ledger.tlog.files import LogFiles
from bernard.ledger.tlog.folder import files_in, publish
from bernard.ledger.tlog.keys import Algorithm, SignerKey, VerifierKey
from bernard.ledger.tlog.note import Note
from bernard.ledger.tlog.policy import Policy, parse_policy
from bernard.ledger.tlog.proofs import Prover, consistency_holds, inclusion_holds
from bernard.ledger.tlog.receipt import Receipt, check_receipt, parse_receipt
from bernard.ledger.tlog.tiles import ENTRIES, At, Tile, changed, places
from bernard.ledger.tlog.tree import Growth, Tree, hash_leaf, hash_leaves
from bernard.ledger.tlog.verify import Verified, verify_files, verify_folder
from bernard.ledger.tlog.witness import Answer, Submission, Witness, cosign
from bernard.ledger.tlog.witness_memory import FolderMemory, Memory, Seen

__all__ = [
    "ENTRIES",
    "Algorithm",
    "Answer",
    "At",
    "Checkpoint",
    "FolderMemory",
    "Growth",
    "LogFiles",
    "Memory",
    "Note",
    "Policy",
    "Prover",
    "Receipt",
    "Seen",
    "SignerKey",
    "Submission",
    "Tile",
    "Tree",
    "Verified",
    "VerifierKey",
    "Witness",
    "canonical_bytes",
    "changed",
    "check_receipt",
    "commit",
    "consistency_holds",
    "cosign",
    "files_in",
    "hash_leaf",
    "hash_leaves",
    "inclusion_holds",
    "new_salt",
    "open_checkpoint",
    "opens",
    "parse_policy",
    "parse_receipt",
    "places",
    "publish",
    "seal",
    "sign_checkpoint",
    "verify_files",
    "verify_folder",
]
