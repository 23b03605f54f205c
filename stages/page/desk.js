/* SPDX-License-Identifier: MIT */
/* What a person decides, exports and prints; keys; and the start. Goes on where qr.js ends. */

/* ---- decisions ---- */

const mayAccept = card => !!card.id && card.verdict === 'REVIEW' && !card.outgrown && !card.checks.has('other_profile');
const mayWaive = card => !!card.id && waivable(card).length > 0;
const lastWhy = {};
let asked = null;

function ask(card, ruling) {
    asked = {card, ruling};
    $('ask-title').textContent = say({accept: 'accept', reject: 'refuse', waive: 'waive'}[ruling]);
    $('ask-who').textContent = [card.name, idText(card)].filter(Boolean).join(' ');
    $('ask-which').hidden = ruling !== 'waive';
    $('ask-check').replaceChildren(...waivable(card).map(check => option(check, checkName(check))));
    $('ask-why').value = lastWhy[ruling] || '';
    $('ask-by').value = $('by').value;
    $('ask-wrong').textContent = '';
    $('ask').showModal();
    $('ask-why').focus();
    $('ask-why').select();
}
function today() {
    const now = new Date(), two = n => String(n).padStart(2, '0');
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
}
function saveDecision() {
    const reason = $('ask-why').value.trim(), by = $('ask-by').value.trim(), {card, ruling} = asked;
    $('ask-wrong').textContent = !reason ? say('why_missing') : !by ? say('by_missing') : '';
    if (!reason || !by) {
        $(reason ? 'ask-by' : 'ask-why').focus();
        return;
    }
    const check = ruling === 'waive' ? $('ask-check').value : '';
    const one = {ruling, check, reason, by, date: today()};
    card.decided = ruling === 'waive' ? [...card.decided.filter(other => other.ruling === 'waive' && other.check !== check), one] : [one];
    lastWhy[ruling] = reason;
    $('by').value = by;
    $('ask').close();
    redraw(card);
}
function undo(card) {
    card.decided = [];
    redraw(card);
}
function redraw(card) {
    const old = card.node, node = cardNode(card);
    old.replaceWith(node);
    node.focus();
    showExport();
}

/* An earlier decision stays unless a new one on the same photo says something else. */
function decisionRows() {
    const photo = (id, sha256) => `${id} ${sha256 || ''}`;
    const now = new Map(cards.filter(card => card.decided.length).map(card => [photo(card.id, card.sha256), card.decided]));
    const rows = rest.decided.filter(([id, check, ruling, , , , sha256]) => {
        const decided = now.get(photo(id, sha256));
        return !decided || (ruling === 'waive' && decided.every(one => one.ruling !== 'reject' && one.check !== check));
    });
    const fresh = cards.filter(card => card.decided.length).sort((a, b) => a.at - b.at)
        .flatMap(card => card.decided.map(one => [card.id, one.check, one.ruling, one.by, one.reason, one.date, card.sha256 || '']));
    return {earlier: rows.length, rows: rows.concat(fresh)};
}
/* The number as a spreadsheet keeps it; a space before what it would take for a formula, which run -d takes off. */
function csvCell(text, at) {
    if (at === 0) text = `="${text}"`;
    else if (/^[=+\-@\t\r＝＋－＠]/.test(text)) text = ' ' + text;
    return `"${text.replace(/"/g, '""')}"`;
}
function exportCsv() {
    const head = ['id', 'check', 'decision', 'by', 'reason', 'date', 'sha256'];
    const text = '\ufeff' + [head.join(','), ...decisionRows().rows.map(row => row.map(csvCell).join(','))].join('\r\n') + '\r\n';
    const url = URL.createObjectURL(new Blob([text], {type: 'text/csv'}));
    make('a', {href: url, download: 'decisions.csv'}).click();
    setTimeout(() => URL.revokeObjectURL(url), 60000);
    saved = true;
}
let saved = true;
function showExport() {
    const {earlier, rows} = decisionRows();
    saved = rows.length === earlier;
    $('export').textContent = say('export', {n: rows.length});
    $('export').disabled = !rows.length;
    $('export-note').textContent = say('export_note', {n: earlier});
}

/* ---- missing persons ---- */

const MISSING_MAX = 2000; /* a table of more would only be slow: the search finds the others */
function showMissing() {
    const persons = rest.missing.filter(person => inGroup(person.group) && inSearch(findable(person)));
    $('missing').hidden = !rest.missing.length;
    $('missing-shown').textContent = say('missing_shown', {n: Math.min(persons.length, MISSING_MAX), m: rest.missing.length});
    $('persons').replaceChildren(...persons.slice(0, MISSING_MAX).map(person => make('tr', {},
        ...[groupText(person.group), maskId(person.id || ''), person.name || '', person.maybe ? maskPath(person.maybe, person.id) : ''].map(text => make('td', {}, text)))));
}

/* ---- frames with codes that bind nobody ---- */

function showSlips() {
    $('codes').hidden = !rest.slips.length;
    $('slips').replaceChildren(...rest.slips.map(slip => make('tr', {},
        ...[maskPath(slip.path || '', slip.id), slip.id ? maskId(slip.id) : '', slip.name || '', slip.text || ''].map(text => make('td', {}, text)))));
}

/* ---- print: a notice per class, a slip per student ---- */

const PRINT_MAX = 5000; /* more is not printed at once: one class after the other is */
let printed = 'both';
function retakes() {
    const again = found.filter(card => card.id && !card.decided.some(one => one.ruling !== 'reject') &&
        (card.decided.length || (card.retake && !card.kept)));
    const persons = again.map(card => ({...card, todo: [...(card.rejected || []),
        ...card.findings.filter(finding => !finding.waived && (finding.level === 'REJECT' || card.verdict === 'REVIEW')).map(finding => finding.student || finding.text || checkName(finding.check)),
        ...card.decided.map(one => one.reason), ...(card.error ? [card.error] : []), ...(card.advice ? [card.advice] : [])]}));
    const missing = $('verdict').value || $('reason').value ? [] : rest.missing.filter(person => inGroup(person.group) && inSearch(findable(person)));
    return persons.concat(missing.map(person => ({...person, group: person.group || '', todo: [say('no_photo_yet')]})))
        .sort((a, b) => a.group < b.group ? -1 : a.group > b.group ? 1 : (a.id || '') < (b.id || '') ? -1 : 1);
}
const todoNode = person => make('ul', {}, ...person.todo.map(text => make('li', {}, text)));
const blanks = (...words) => make('p', {class: 'blanks'}, ...words.map(word => make('span', {}, say(word) + ':')));
/* The head of a table stands on every sheet. */
function noticeNode(group, persons) {
    const wide = (name, text) => make('tr', {}, make('th', {class: name, colspan: 4}, text));
    const head = ['', 'name', 'id', 'what_to_do'].map(word => make('th', {scope: 'col', class: 'column-' + word}, word ? say(word) : ''));
    return make('section', {class: 'notice'}, make('table', {}, make('thead', {}, wide('class', `${say('notice')}: ${groupText(group)}`),
        wide('said', say('notice_text', {n: persons.length})), make('tr', {}, ...head)),
    make('tbody', {}, ...persons.map((person, i) => make('tr', {}, make('td', {}, String(i + 1)), make('td', {}, person.name || ''),
        make('td', {}, maskId(person.id || '')), make('td', {}, todoNode(person)))))), blanks('when', 'where', 'contact'));
}
const slipNode = person => make('section', {class: 'slip'}, make('h3', {}, make('span', {}, say('slip')), make('span', {}, groupText(person.group))),
    make('p', {class: 'who'}, person.name ? person.name + '  ' : '', make('span', {}, maskId(person.id || ''))), todoNode(person),
    $('with-codes').checked && person.id ? qrNode(person.id) : '', blanks('when', 'where'));
function buildPrint() {
    const all = retakes(), persons = all.slice(0, PRINT_MAX), groups = new Map();
    for (const person of persons) groups.has(person.group) ? groups.get(person.group).push(person) : groups.set(person.group, [person]);
    const notices = printed === 'slips' ? [] : [...groups].map(([group, those]) => noticeNode(group, those));
    const slips = printed === 'class' || !persons.length ? [] : [make('div', {class: 'slips'}, ...persons.map(slipNode))];
    const cut = all.length > persons.length ? [make('p', {}, say('print_cut', {n: persons.length, m: all.length}))] : [];
    $('print').replaceChildren(...(persons.length ? [...cut, ...notices, ...slips] : [make('p', {}, say('print_none'))]));
}
function printOnly(what) {
    printed = what;
    window.print();
    printed = 'both';
}

/* ---- keys and the start ---- */

function step(by) {
    const here = found.indexOf((document.activeElement.closest('.card') || {}).card);
    const next = Math.max(0, Math.min(found.length - 1, here + by));
    while (next >= rendered && rendered < found.length) showMore();
    if (found[next]) {
        found[next].node.focus();
        found[next].node.scrollIntoView({block: 'nearest'});
    }
}
const KEYS = {
    j: () => step(1), k: () => step(-1),
    a: card => card && mayAccept(card) && ask(card, 'accept'),
    r: card => card && card.id && ask(card, 'reject'),
    w: card => card && mayWaive(card) && ask(card, 'waive'),
    u: card => card && card.decided.length && undo(card),
    '/': () => $('q').focus(),
};
function onKey(event) {
    const act = KEYS[event.key.toLowerCase()];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || $('ask').open || ['INPUT', 'SELECT'].includes(event.target.tagName)) return;
    event.preventDefault();
    act((document.activeElement.closest('.card') || {}).card);
}
function showLegend() {
    const line = out => ['under', out ? 'measure out' : 'measure'].map(kind => make('line', {class: kind, x1: 2, y1: 8, x2: 34, y2: 8}));
    $('legend').append(swatch([make('rect', {class: 'band', x: 1, y: 1, width: 34, height: 14})], say('legend_band'), true),
        swatch(line(false), say('legend_in'), true), swatch(line(true), say('legend_out'), true));
}
function start() {
    for (const node of document.querySelectorAll('[data-word]')) node.textContent = say(node.dataset.word);
    for (const node of document.querySelectorAll('[data-label]')) node.setAttribute('aria-label', say(node.dataset.label));
    $('keys').append(...say('keys').split(/([A-Z/]) /).map((text, i) => i % 2 ? make('kbd', {}, text) : ' ' + text + ' '));
    showLegend();
    $('profile').textContent = rest.profile.title ? say('profile', {n: rest.profile.title}) : '';
    $('unmeasured').textContent = say('unmeasured', {n: rest.unmeasured});
    showNumbers();
    showCharts(fillFilters());
    showTime();
    fromHash();
    apply();
    showExport();
    $('skip').addEventListener('click', event => { /* the address keeps the filters */
        event.preventDefault();
        $('cards-title').focus();
        $('cards-title').scrollIntoView();
    });
    $('filters').addEventListener('submit', event => event.preventDefault());
    $('filters').addEventListener('input', apply);
    $('filters').addEventListener('reset', event => {
        event.preventDefault();
        for (const name of FILTERS) $(name).value = name === 'group' ? '*' : '';
        apply();
    });
    $('more').addEventListener('click', showMore);
    new IntersectionObserver(entries => entries.some(entry => entry.isIntersecting) && rendered < found.length && showMore(), {rootMargin: '600px'}).observe($('more'));
    $('export').addEventListener('click', exportCsv);
    $('print-class').addEventListener('click', () => printOnly('class'));
    $('print-slips').addEventListener('click', () => printOnly('slips'));
    $('ask').querySelector('form').addEventListener('submit', event => {
        event.preventDefault();
        saveDecision();
    });
    $('ask-cancel').addEventListener('click', () => $('ask').close());
    document.addEventListener('keydown', onKey);
    window.addEventListener('hashchange', () => {
        fromHash();
        apply();
    });
    window.addEventListener('beforeprint', buildPrint);
    window.addEventListener('beforeunload', event => saved || event.preventDefault());
}
start();
