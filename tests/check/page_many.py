# SPDX-License-Identifier: MIT
# Puts failed photos that never were into a journal, so that a report tells of thousands. Usage: page_many.py JOURNAL COUNT
import json, sqlite3, sys
def number(i): # a valid one
    digits = '110105%d%04d%03d' % (1990 + i // 999 // 28, 101 + i // 999 % 28, i % 999 + 1)
    return digits + '10X98765432'[sum(int(d) * (2 ** (17 - at) % 11) for at, d in enumerate(digits)) % 11]

db, wanted = sqlite3.connect(sys.argv[1]), int(sys.argv[2])
columns = [row[1] for row in db.execute('PRAGMA table_info(photo)') if row[1] != 'n']
rows = db.execute('SELECT n, %s FROM photo WHERE final<>0 AND id IS NOT NULL AND kept=0' % ','.join(columns)).fetchall()
n = db.execute('SELECT max(n) FROM photo').fetchone()[0]
thumb = db.execute('SELECT thumb FROM record WHERE thumb IS NOT NULL').fetchone()[0]
for i in range(wanted):
    row = dict(zip(['n'] + columns, rows[i % len(rows)]))
    text, times = db.execute('SELECT json, times FROM record WHERE n=?', (row['n'],)).fetchone()
    row.update(n=n + 1 + i, path=f'/nowhere/{number(i)}.jpg'.encode(), shown=f'nowhere/{number(i)}.jpg'.encode(), id=number(i), id_key=number(i),
               sha256=f'{i:064x}', likeness='', output='', settled='', verdict=2)
    record = json.loads(text)
    record['id'] = row['id']
    record['verdict'] = 'REJECT'
    record['findings'] = [{'check': ['tilt_deg', 'hair_top_px', 'sharpness'][i % 3], 'level': 'REJECT', 'value': 1, 'lo': 2, 'hi': 3, 'clause': '二'}]
    row['faults'] = '[{"check":"%s","level":"REJECT"}]' % record['findings'][0]['check']
    db.execute('INSERT INTO photo(n,%s) VALUES(%s)' % (','.join(columns), ','.join('?' * (len(columns) + 1))), [row['n']] + [row[c] for c in columns])
    db.execute('INSERT INTO record(n,json,times,thumb) VALUES(?,?,?,?)', (row['n'], json.dumps(record), times, thumb[:-2] + b'%d' % i + thumb[-2:])) # still a JPEG, to its last marker
db.commit()
