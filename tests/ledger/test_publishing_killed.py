"""Whoever publishes is killed at any moment; a reader finds a whole log, and the next one goes on."""

import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from bernard.ledger import open_ledger
from bernard.ledger.publishing import Publisher
from bernard.ledger.tlog import verify_folder
from bernard.store.database import open_store

PUBLISHES = """
import sys
from pathlib import Path
from bernard.config import Settings
from bernard.errors import Busy
from bernard.ledger import open_ledger
from bernard.ledger.publishing import Publisher
from bernard.store.database import open_store

settings = Settings(home=Path(sys.argv[1]))
store = open_store(settings)
log = open_ledger(settings, store)
publisher = Publisher(log, settings.log_folder)
while True:
    with store.write() as c:
        log.append_many(c, ['{"at":0,"event":"refusal","service":"ask"}'] * 97)
    try:
        print(publisher.publish().size, flush=True)
    except Busy:
        pass
"""


def test_it_is_whole_whenever_they_are_killed(sqlite_settings):
    sizes = []
    for wait_s in (0.0, 0.05):
        command = [sys.executable, "-c", PUBLISHES, str(sqlite_settings.home)]
        both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
        with ThreadPoolExecutor() as pool:
            said = [pool.submit(one.stdout.readline) for one in both]
            sizes.append(max(int(line.result()) for line in said))
        time.sleep(wait_s)
        for one in both:
            one.kill()
        for one in both:
            told = one.communicate()[0].split()
            sizes += [int(size) for size in told if size.isdecimal()][-1:]
        store = open_store(sqlite_settings)
        log = open_ledger(sqlite_settings, store)
        verified = verify_folder(sqlite_settings.log_folder, log.vkey)
        # What was told to be published is; what was under way may be.
        assert verified.fault == "" and verified.entries >= max(sizes)
        assert Publisher(log, sqlite_settings.log_folder).publish().size >= verified.entries
        assert verify_folder(sqlite_settings.log_folder, log.vkey).fault == ""
        store.close()
