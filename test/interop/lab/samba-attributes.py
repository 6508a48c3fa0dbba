#!/usr/bin/python3
"""Sets attributes of accounts in a domain controller's own database, which samba-tool has no command for.

usage: samba-attributes.py CONFIG DATABASE < {"account": {"attribute": "value"}}
"""
import json
import sys

import ldb
from samba.auth import system_session
from samba.param import LoadParm
from samba.samdb import SamDB

config, database = sys.argv[1:]
samdb = SamDB(url=database, session_info=system_session(), lp=LoadParm(filename_for_non_global_lp=config))
for account, attributes in json.load(sys.stdin).items():
    found = samdb.search(expression=f'(sAMAccountName={ldb.binary_encode(account)})', attrs=['distinguishedName'])
    message = ldb.Message(found[0].dn)
    for name, value in attributes.items():
        message[name] = ldb.MessageElement(value, ldb.FLAG_MOD_REPLACE, name)
    samdb.modify(message)
