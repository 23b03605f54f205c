/* SPDX-License-Identifier: MIT */
/* Text from outside only ever becomes textContent or an attribute, never markup. */
'use strict';
const $ = id => document.getElementById(id);
const read = id => JSON.parse($(id).textContent);
const cards = read('cards'), rest = read('rest'), thumbs = read('thumbs');
const CHUNK = 40, GROUPS_DRAWN = 200, GROUPS_LISTED = 2000, BOTH = ['REJECT', 'ERROR', 'REVIEW'];
const say = (word, values = {}) => rest.words[word].replace(/\{(\w)\}/g, (all, key) => key in values ? String(values[key]) : all);
const checkName = check => (rest.checks[check] || [check])[0];

function make(tag, attributes, ...children) {
    const svg = ['svg', 'image', 'rect', 'line', 'polyline', 'path', 'title'].includes(tag);
    const node = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes || {}))
        if (name === 'on') node.addEventListener('click', value);
        else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
    node.append(...children.filter(child => child !== undefined && child !== ''));
    return node;
}

/* ---- numbers that are masked ---- */

const masked = () => !$('full').checked;
function maskId(id) {
    if (!id || !masked()) return id;
    const head = id.length >= 15 ? 6 : 1, tail = id.length >= 18 ? 4 : id.length >= 15 ? 3 : 0;
    return id.slice(0, head) + '*'.repeat(id.length - head - tail) + id.slice(id.length - tail);
}
function maskPath(path, id) {
    if (!masked()) return path;
    if (id) path = path.split(id).join(maskId(id));
    return path.replace(/[0-9０-９][0-9０-９ \-]{7,}[0-9０-９Xx]?/g, run => run.slice(0, 6) + '*'.repeat(run.length - 6));
}
const idText = card => card.id ? maskId(card.id) : say('no_id');
const groupText = name => name || say('no_class');
const maybeText = maybe => typeof maybe === 'string' ? maskPath(maybe, '') : [maskId(maybe.id || ''), maybe.name].filter(Boolean).join(' ');

/* ---- what is asked of a card ---- */

const findable = person => person.find ??= [person.id || person.path, person.name, person.group].filter(Boolean).join(' ').toLowerCase();
const faults = card => card.findings.filter(finding => !finding.waived);
const rank = card => [BOTH.indexOf(card.verdict) === 2 ? 1 : 0, -faults(card).filter(finding => finding.level === 'REJECT').length, -faults(card).length];
cards.forEach((card, at) => {
    card.at = at;
    card.rank = rank(card);
    card.group = card.group || '';
    card.checks = new Set(faults(card).map(finding => finding.check));
    card.decided = [];
});
cards.sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2] || a.at - b.at);
const waivable = card => faults(card).map(finding => finding.check).filter(check => (rest.checks[check] || [])[1]);

/* ---- filters, in the address ---- */

const FILTERS = ['q', 'verdict', 'reason', 'group', 'state'];
let found = [], rendered = 0;

/* Of more classes than anybody looks through: those with most to do. */
const total = row => row.slice(1).reduce((sum, n) => sum + n, 0);
const todo = row => total(row) - row[1];
function mostToDo(count) {
    if (rest.groups.length <= count) return rest.groups;
    const kept = new Set(rest.groups.slice().sort((a, b) => todo(b) - todo(a)).slice(0, count));
    return rest.groups.filter(row => kept.has(row));
}

function option(value, text) {
    return make('option', {value}, text);
}
function fillFilters() {
    const count = new Map();
    for (const card of cards) for (const check of card.checks) count.set(check, (count.get(check) || 0) + 1);
    const reasons = [...count].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    $('verdict').append(option('', say('all')), ...BOTH.filter(verdict => cards.some(card => card.verdict === verdict))
        .map(verdict => option(verdict, say(verdict.toLowerCase()))));
    $('reason').append(option('', say('all')), ...reasons.map(([check, n]) => option(check, `${checkName(check)} (${n})`)));
    $('group').append(option('*', say('all')), ...mostToDo(GROUPS_LISTED).map(([name]) => option(name, groupText(name))));
    $('state').append(option('', say('all')), option('undecided', say('undecided')), option('decided', say('decided')));
    return reasons;
}
function fromHash() {
    const wanted = new URLSearchParams(location.hash.slice(1));
    $('full').checked = wanted.get('full') === '1';
    for (const name of FILTERS) {
        const none = name === 'group' ? '*' : '';
        const value = wanted.has(name) ? wanted.get(name) : none;
        if (name === 'group' && rest.groups.some(([one]) => one === value) && ![...$(name).options].some(one => one.value === value)) $(name).append(option(value, groupText(value)));
        $(name).value = value;
        if ($(name).selectedIndex === -1) $(name).value = none;
    }
}
/* A number that was looked for stays out of the address, which browsers remember. */
function toHash() {
    const state = new URLSearchParams();
    for (const name of FILTERS) {
        const value = $(name).value;
        if (name === 'group' ? value !== '*' : value && !(name === 'q' && /[0-9０-９]{6}/.test(value))) state.set(name, value);
    }
    if ($('full').checked) state.set('full', '1');
    history.replaceState(null, '', '#' + state);
}
const inGroup = name => $('group').value === '*' || $('group').value === (name || '');
const inSearch = text => text.includes($('q').value.trim().toLowerCase());
function matches(card) {
    const verdict = $('verdict').value, reason = $('reason').value, state = $('state').value;
    return (!verdict || card.verdict === verdict) && (!reason || card.checks.has(reason)) && inGroup(card.group) &&
        (!state || (state === 'decided') === card.decided.length > 0) && inSearch(findable(card));
}
function apply() {
    found = cards.filter(matches);
    rendered = 0;
    $('list').replaceChildren();
    showMore();
    $('shown').textContent = found.length ? say('shown', {n: found.length, m: cards.length}) : say(cards.length ? 'nothing' : 'nothing_due');
    for (const button of document.querySelectorAll('button[data-filter]'))
        button.setAttribute('aria-pressed', String($(button.dataset.filter).value === button.dataset.value));
    showMissing();
    showSlips();
    toHash();
}
function showMore() {
    $('list').append(...found.slice(rendered, rendered + CHUNK).map(cardNode));
    rendered = Math.min(found.length, rendered + CHUNK);
    $('more').hidden = rendered === found.length;
}

/* ---- charts ---- */

function toggle(filter, value) {
    $(filter).value = $(filter).value === value ? (filter === 'group' ? '*' : '') : value;
    apply();
}
const swatch = (shape, words, long) => make('span', {}, make('svg', {class: long ? 'long' : undefined, viewBox: long ? '0 0 36 16' : '0 0 16 16', 'aria-hidden': 'true'}, ...shape), words);
const filled = (kind, word) => swatch([make('rect', {class: 'fill-' + kind, width: 16, height: 16})], say(word));
function bar(filter, value, label, parts, most, description, count) {
    const svg = make('svg', {viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': 'true'});
    let x = 0;
    for (const [kind, n] of parts) {
        const width = most ? n / most * 1000 : 0;
        if (n) svg.append(make('rect', {class: 'fill-' + kind, x, y: 0, width, height: 10}));
        x += width;
    }
    return make('li', {}, make('button', {type: 'button', 'data-filter': filter, 'data-value': value, 'aria-label': description, title: description, on: () => toggle(filter, value)},
        make('span', {class: 'label'}, label), svg, make('span', {class: 'count'}, String(count))));
}
function showCharts(reasons) {
    const most = reasons.length ? reasons[0][1] : 0;
    $('reasons').append(...reasons.map(([check, n]) => {
        const kinds = BOTH.slice(0, 3).map(verdict => cards.filter(card => card.verdict === verdict && card.checks.has(check)).length);
        return bar('reason', check, checkName(check), [['REJECT', kinds[0] + kinds[1]], ['REVIEW', kinds[2]]], most, say('one_count', {n: checkName(check), m: n}), n);
    }));
    const drawn = mostToDo(GROUPS_DRAWN), largest = drawn.reduce((most, row) => Math.max(most, total(row)), 1);
    $('classes').append(...drawn.map(row => {
        const [name, pass, review, reject, error, missing] = row;
        const description = say('class_count', {n: groupText(name), a: pass, b: review, c: reject + error, d: missing});
        return bar('group', name, groupText(name), [['PASS', pass], ['REVIEW', review], ['REJECT', reject + error], ['missing', missing]], largest, description, total(row));
    }));
    if (drawn.length < rest.groups.length) $('classes-shown').textContent = say('classes_shown', {n: drawn.length, m: rest.groups.length});
    document.querySelector('.kinds-reasons').append(filled('REJECT', 'reject'), filled('REVIEW', 'review'));
    document.querySelector('.kinds-classes').append(filled('PASS', 'pass'), filled('REVIEW', 'review'), filled('REJECT', 'reject'), filled('missing', 'missing'));
}
function showNumbers() {
    const sum = at => rest.groups.reduce((all, row) => all + row[at], 0);
    const photos = sum(1) + sum(2) + sum(3) + sum(4);
    const rows = [['photos', photos, ''], ['pass', sum(1), 'PASS'], ['review', sum(2), 'REVIEW'], ['reject', sum(3), 'REJECT']];
    if (sum(4)) rows.push(['error', sum(4), 'ERROR']);
    if (rest.eligible) rows.push(['eligible', rest.eligible, ''], ['ready', rest.ready, 'PASS'], ['missing', sum(5), 'REJECT']);
    $('numbers').append(...rows.map(([word, n, kind]) => {
        const parts = [make('span', {class: 'label'}, say(word)), make('b', {}, n.toLocaleString(document.documentElement.lang))];
        const press = (attributes, act) => make('li', {class: kind}, make('button', {type: 'button', ...attributes, on: act}, ...parts));
        if (n && BOTH.includes(kind) && word === kind.toLowerCase()) return press({'data-filter': 'verdict', 'data-value': kind}, () => toggle('verdict', kind));
        if (n && word === 'missing') return press({}, () => $('missing-title').focus());
        return make('li', {class: kind}, make('div', {}, ...parts));
    }));
}

/* One measure over the shooting: gaps where it was not measured. `colours`: the paper itself behind it; `band`: what is allowed. */
function curve(word, at, {range, colours, band}) {
    const points = rest.time.points, values = points.map(point => point[at]).filter(value => value !== null);
    if (!values.length) return '';
    const low = range ? range[0] : Math.floor(Math.min(...values) - 1), high = Math.max(range ? range[1] : 0, Math.ceil(Math.max(...values) + (range ? 0 : 1)));
    const x = i => (i + .5) / points.length * 1000, y = value => 100 - (value - low) / (high - low) * 100;
    const svg = make('svg', {viewBox: '0 0 1000 100', preserveAspectRatio: 'none', role: 'img', 'aria-label': `${say(word)}: ${Math.min(...values)} - ${Math.max(...values)}`});
    if (colours) points.forEach((point, i) => {
        if (point[2] !== null) svg.append(make('rect', {x: x(i) - 500 / points.length, y: 0, width: 1000 / points.length + .5, height: 100, fill: `rgb(${point[2]},${point[3]},${point[4]})`}));
    });
    if (band) {
        const top = Math.max(0, Math.min(100, y(band[1] === null ? high : band[1]))), bottom = Math.max(0, Math.min(100, y(band[0] === null ? low : band[0])));
        if (!colours) svg.append(make('rect', {class: 'curve-good', x: 0, width: 1000, y: top, height: bottom - top}));
        for (const edge of [band[0] === null ? 100 : bottom, band[1] === null ? 0 : top])
            if (edge > 0 && edge < 100) svg.append(make('line', {class: 'curve-edge', x1: 0, x2: 1000, y1: edge, y2: edge}));
    }
    let path = '', pen = false;
    points.forEach((point, i) => {
        if (point[at] !== null) path += `${pen ? 'L' : 'M'}${x(i).toFixed(2)} ${y(point[at]).toFixed(2)}${pen ? '' : 'h0'}`; /* one alone is a dot */
        pen = point[at] !== null;
    });
    const mark = make('line', {class: 'curve-mark', y1: 0, y2: 100, x1: -9, x2: -9});
    svg.append(make('path', {class: 'under', d: path}), make('path', {class: points.length < 100 ? 'curve-line curve-dot' : 'curve-line', d: path}), mark);
    svg.addEventListener('pointermove', event => {
        const box = svg.getBoundingClientRect();
        const i = Math.max(0, Math.min(points.length - 1, Math.floor((event.clientX - box.left) / box.width * points.length)));
        mark.setAttribute('x1', x(i));
        mark.setAttribute('x2', x(i));
        $('point').textContent = say('point', {n: points[i][0], t: points[i][1], v: points[i][at] === null ? '-' : `${say(word)} ${points[i][at]}`});
    });
    return make('div', {class: 'curve'}, make('h3', {}, say(word)), make('div', {class: 'scale'}, make('span', {}, String(high)), make('span', {}, String(low))), svg);
}
function showTime() {
    const {count, per} = rest.time;
    $('point').hidden = !count;
    $('time-note').textContent = count ? say('timeline_note', {n: count, m: per}) : say('timeline_none');
    if (count) $('lines').append(...[curve('background', 5, {range: [0, 10], colours: true, band: rest.profile.background}), curve('exposure', 6, {range: [0, 255], band: rest.profile.light}), curve('head', 7, {})].filter(Boolean));
}

/* ---- one card ---- */

function picture(card) {
    const view = card.view, source = card.thumb && (thumbs[card.thumb] ? 'data:image/jpeg;base64,' + thumbs[card.thumb] : `thumbs/${card.thumb}.JPG`);
    if (!view || !source) return make('figure', {}, make('p', {}, say('no_thumb')));
    const [width, height] = view.size, [x1, y1, x2, y2] = view.eyes, eyes = (y1 + y2) / 2;
    const svg = make('svg', {viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': say('thumb_of', {n: card.name || idText(card)})},
        make('image', {href: source, width, height, preserveAspectRatio: 'none'}));
    const inside = (value, band) => !view.crop || !band || ((band[0] === null || value >= band[0]) && (band[1] === null || value <= band[1]));
    const measure = (ax, ay, bx, by, good) => svg.append(make('line', {class: 'under', x1: ax, y1: ay, x2: bx, y2: by}),
        make('line', {class: good ? 'measure' : 'measure out', x1: ax, y1: ay, x2: bx, y2: by}));
    for (const band of view.crop ? [rest.profile.hair, rest.profile.eyes] : [])
        if (band) svg.append(make('rect', {class: 'band', x: 0, y: band[0] || 0, width, height: (band[1] === null ? height : band[1]) - (band[0] || 0)}));
    if (view.hair !== undefined) measure(width * .2, view.hair, width * .8, view.hair, inside(view.hair, rest.profile.hair));
    if (Number.isFinite(eyes) && y1 !== null && y2 !== null) measure(x1, y1, x2, y2, inside(eyes, rest.profile.eyes));
    if (view.left !== undefined && view.right !== undefined && y1 !== null) {
        const good = inside(view.right - view.left, rest.profile.face), y = eyes + (view.right - view.left) * .35, tick = width * .02;
        measure(view.left, y, view.right, y, good);
        measure(view.left, y - tick, view.left, y + tick, good);
        measure(view.right, y - tick, view.right, y + tick, good);
    }
    return make('figure', {}, svg);
}
/* "what it is: what to do" */
function findingNode(finding) {
    const text = finding.text || checkName(finding.check), cut = text.indexOf(': ');
    return make('li', {class: finding.waived ? 'waived' : finding.level}, cut < 0 ? text : text.slice(0, cut + 2), cut < 0 ? '' : make('span', {class: 'do'}, text.slice(cut + 2)),
        finding.clause ? make('span', {class: 'clause'}, ` [${finding.clause}]`) : '');
}
function decisionText(card) {
    return card.decided.map(one => `${one.ruling === 'waive' ? say('done_waive', {n: checkName(one.check)}) : say('done_' + one.ruling)}: ${one.reason}`).join('; ');
}
function button(word, card, act, disabled, why) {
    return make('button', {type: 'button', disabled, title: disabled ? why : undefined, on: act}, say(word));
}
function cardNode(card) {
    const heading = make('h3', {}, make('span', {class: 'badge ' + card.verdict}, say(card.verdict.toLowerCase())),
        card.name ? make('span', {}, card.name) : '', make('span', {class: 'number'}, idText(card)));
    const lines = [groupText(card.group), card.attempt > 1 ? say('attempt', {n: card.attempt}) : '', card.named ? say('named', {n: maskId(card.named)}) : '', card.kept ? say(card.kept) : '', card.replaced ? say('replaced') : ''].filter(Boolean);
    const what = make('div', {class: 'what'}, heading, make('p', {class: 'note'}, lines.join(' · ')), make('p', {class: 'path'}, maskPath(card.path || '', card.id)));
    if (card.error) what.append(make('p', {}, card.error));
    for (const text of card.rejected || []) what.append(make('p', {class: 'REJECT'}, text));
    if (card.findings.length) what.append(make('ul', {}, ...card.findings.map(findingNode)));
    if (card.history) what.append(make('p', {}, card.history));
    if (card.advice) what.append(make('p', {class: 'advice'}, `${say('advice')}: `, make('span', {class: 'do'}, card.advice)));
    for (const word of ['maybe', 'twin']) if (card[word]) what.append(make('p', {}, say(word, {n: maybeText(card[word])})));
    if (card.decided.length) what.append(make('p', {class: 'decision'}, decisionText(card)));
    what.append(make('div', {class: 'buttons'},
        button('accept', card, () => ask(card, 'accept'), !mayAccept(card), say('accept_not')),
        button('refuse', card, () => ask(card, 'reject'), !card.id, say('no_id')),
        button('waive', card, () => ask(card, 'waive'), !mayWaive(card), say('waive_not')),
        card.decided.length ? button('undo', card, () => undo(card)) : ''));
    const node = make('article', {class: `card ${card.verdict}${card.decided.length ? ' decided' : ''}`, tabindex: '0', 'aria-label': `${say(card.verdict.toLowerCase())} ${card.name || ''} ${idText(card)}`}, picture(card), what);
    node.card = card;
    card.node = node;
    return node;
}
