/* SPDX-License-Identifier: MIT */
const $ = id => document.getElementById(id);
let shown = '';

function make(tag, className, text) {
    const node = document.createElement(tag);
    node.className = className;
    node.textContent = text;
    return node;
}
const who = shot => [shot.name, shot.id, shot.group].filter(Boolean).join('  ') || shot.path;
/* "what it is: what to do" */
function todo(text) {
    const cut = text.indexOf(': ') + 1, node = make('li', '', text.slice(0, cut));
    node.append(make(cut ? 'b' : 'span', '', text.slice(cut)));
    return node;
}
function row(shot) {
    const node = make('li', shot.verdict, ''), time = shot.ms ? `${(shot.ms / 1000).toFixed(2)} s` : '';
    node.append(make('b', '', shot.action), make('span', 'time', time), make('span', '', who(shot)), make('span', '', shot.note || shot.todo[0] || ''));
    node.title = [shot.note, ...shot.todo].filter(Boolean).join('; ');
    return node;
}
/* Called by live.js, which is written anew with each result. */
function live(data) {
    const state = JSON.stringify(data), now = data.shots[0];
    if (state === shown) return;
    shown = state;
    $('now').className = data.ended ? '' : data.code ? (data.code.wrong ? 'REJECT' : 'CODE') : now ? now.verdict : '';
    if (data.code) {
        $('action').textContent = data.code.text.charAt(0).toUpperCase() + data.code.text.slice(1);
        $('who').textContent = $('note').textContent = '';
        $('todo').replaceChildren();
    } else if (now) {
        $('action').textContent = data.ended ? $('action').dataset.ended : now.action;
        $('who').textContent = data.ended ? '' : who(now);
        $('note').textContent = data.ended ? '' : now.note || '';
        $('todo').replaceChildren(...(data.ended ? [] : now.todo.map(todo)));
    } else if (data.ended) $('action').textContent = $('action').dataset.ended;
    $('counts').textContent = `${$('counts').dataset.word} ${data.judged}`;
    $('last').replaceChildren(...data.shots.map(row));
}
/* A page that lies in a folder may not read files, but load a script beside it. */
function look() {
    const script = document.createElement('script');
    const again = () => {
        script.remove();
        setTimeout(look, 250);
    };
    script.src = `live.js?${Date.now()}`;
    script.onload = script.onerror = again;
    document.head.append(script);
}
look();
