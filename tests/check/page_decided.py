# SPDX-License-Identifier: MIT
# That decisions changed exactly the verdicts that they name. Usage: page_decided.py BEFORE.jsonl AFTER.jsonl DECISIONS.csv COUNT
import csv, json, sys
def lines(path):
    return {(line['id'], line['source']['path']): line for line in map(json.loads, open(path, encoding='utf-8')) if line['type'] == 'photo'}
before, after = lines(sys.argv[1]), lines(sys.argv[2])
assert before.keys() == after.keys()
wanted = {}
for row in csv.DictReader(open(sys.argv[3], encoding='utf-8-sig', newline='')):
    wanted[row['id'][2:-1]] = (row['decision'], row['check'])
changed = set()
for key in before:
    if key[0] in wanted:
        decision, check = wanted[key[0]]
        findings = [finding for finding in after[key]['findings'] if finding['level'] != 'NOTE']
        assert after[key]['decision']['state'] == 'applied', after[key]
        if decision == 'accept': assert after[key]['verdict'] == 'PASS', after[key]
        if decision == 'reject': assert after[key]['verdict'] == 'REJECT', after[key]
        if decision == 'waive': assert check not in [finding['check'] for finding in findings], after[key]
        changed.add(key[0])
    elif before[key] != after[key]:
        raise SystemExit(f'{key} changed without a decision')
assert len(changed) == int(sys.argv[4]), changed
